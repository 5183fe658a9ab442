using System.Text;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Files;

public sealed class EncodingTests : IDisposable
{
    private const string Json =
        """
        {"images":[{"id":1,"file_name":"ä.jpg","width":6,"height":4}],
        "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,2,2],"area":4,"iscrowd":0,"segmentation":[[1,1,3,1,3,3,1,3]]}],
        "categories":[{"id":1,"name":"Öl 箱"}]}
        """;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public void Text_in_Unicode_is_read_with_and_without_a_mark(string name, bool mark)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        File.WriteAllBytes(_path, [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Json)]);
        InstanceDataset dataset = InstanceDataset.Load(_path);
        Assert.Equal(("ä.jpg", "Öl 箱"), (dataset.Images[0].FileName, dataset.Categories[0].Name));
        Assert.Equal(0, DatasetCheck.Run(_path, cancellationToken: TestContext.Current.CancellationToken).Errors);
    }

    [Fact]
    public void Other_text_is_refused_with_its_place()
    {
        File.WriteAllBytes(_path, Encoding.Latin1.GetBytes(Json.Replace("ä", "a", StringComparison.Ordinal)));
        InputException error = Assert.Throws<InputException>(() => InstanceDataset.Load(_path));
        Assert.Equal($"{_path}: is not UTF-8 at line 3, byte 31: 0xD6 begins no character; JSON is UTF-8; save it as UTF-8.", error.Message);
        Assert.Throws<InputException>(() => DatasetCheck.Run(_path, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Throws<InputException>(() => CocoHead.Load(_path));
    }
}
