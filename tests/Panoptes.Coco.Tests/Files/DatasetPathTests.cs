using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Files;

public sealed class DatasetPathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-path").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("images/a b.png", "images/a b.png")]
    [InlineData(@"images\a b.png", "images/a b.png")]
    [InlineData(@".\images\a b.png", "images/a b.png")]
    [InlineData("./images/a b.png", "images/a b.png")]
    [InlineData(@"C:\Users\me\set\images\a b.png", "images/a b.png")]
    [InlineData("/home/other/images/a b.png", "images/a b.png")]
    [InlineData(@"..\..\upload\images\a b.png", "images/a b.png")]
    [InlineData("images/a%20b.png", "images/a%20b.png")] // no URI: another name
    [InlineData(@"images\none.png", "images/none.png")]
    [InlineData("other/images/a b.png", "other/images/a b.png")] // inside of the folder nothing is guessed
    public void A_name_of_any_system_is_found(string name, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        File.WriteAllText(Path.Combine(_folder, "images", "a b.png"), "");
        Assert.Equal(Path.Combine(_folder, expected), DatasetPath.Resolve(_folder, name));
    }

    [Fact]
    public void Folders_that_the_folder_of_images_ends_with_are_dropped()
    {
        string images = Path.Combine(_folder, "coco", "train2017");
        Directory.CreateDirectory(images);
        File.WriteAllText(Path.Combine(images, "1.jpg"), "");
        Assert.Equal(Path.Combine(images, "1.jpg"), DatasetPath.Resolve(images, "train2017/1.jpg"));
        Assert.Equal(Path.Combine(images, "1.jpg"), DatasetPath.Resolve(images, "coco/train2017/1.jpg"));
        Assert.Equal(Path.Combine(_folder, "coco", "train2017/1.jpg"), DatasetPath.Resolve(Path.Combine(_folder, "coco"), "train2017/1.jpg"));
        Assert.Equal(Path.Combine(images, "val2017/1.jpg"), DatasetPath.Resolve(images, "val2017/1.jpg"));
    }

    [Fact]
    public void A_name_that_exists_as_it_stands_wins()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a backslash is no letter of a name there");
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        File.WriteAllText(Path.Combine(_folder, "images", "a.png"), "");
        File.WriteAllText(Path.Combine(_folder, @"images\a.png"), "");
        Assert.Equal(Path.Combine(_folder, @"images\a.png"), DatasetPath.Resolve(_folder, @"images\a.png"));
    }

    [Theory]
    [InlineData("http://images.cocodataset.org/train2017/000000391895.jpg", "train2017/000000391895.jpg")]
    [InlineData("https://host/a/b/c%20d.jpg?size=large#x", "b/c%20d.jpg")]
    [InlineData("https://host/c.jpg", "c.jpg")]
    [InlineData("https://host", "")]
    [InlineData("c.jpg", "c.jpg")]
    [InlineData("", "")]
    public void An_address_names_a_file(string address, string expected) => Assert.Equal(expected, DatasetPath.NameInAddress(address));

    [Fact]
    public void A_null_character_is_shown_and_never_part_of_a_path()
    {
        Assert.Equal("a\u2400b.png", DatasetPath.Normalize("a\0b.png"));
        Assert.Equal(Path.Combine("images", "a\u2400b.png"), DatasetPath.Resolve("images", "a\0b.png"));
        _ = Path.GetFullPath(DatasetPath.Resolve("images", "x\\a\0b.png"));

        string path = Path.Combine(_folder, "a.json");
        File.WriteAllText(path, """{"images":[{"id":1,"file_name":"a\u0000b.png","width":4,"height":4}],"categories":[],"annotations":[]}""");
        Assert.Equal("a\u2400b.png", InstanceDataset.Load(path).Images[0].FileName);
    }
}
