using Panoptes.Coco.Datasets.Checks;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Datasets.Checks;

public sealed class LeakCheckTests : IDisposable
{
    private const string Other =
        """
        {"images":[{"id":2,"file_name":"b.png","height":40,"width":60},{"id":1,"file_name":"c.png","height":40,"width":60}],
        "categories":[],"annotations":[]}
        """;

    private readonly CheckFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_folders_the_same_id_and_name_are_the_same_image()
    {
        DatasetCheckResult result = _folder.Check(CheckFolder.Clean, new DatasetCheckOptions { Against = _folder.Write(Other, "other.json") });
        Assert.Equal([(ProblemKind.ImageInBoth, 1)], CheckFolder.Serious(result));
        Assert.Equal(["image 2 (b.png) and image 2 (b.png) of the other"], result.Findings[0].Examples);
    }

    [Fact]
    public void With_folders_the_bytes_decide_whatever_the_names()
    {
        string images = _folder.Images;
        string others = Directory.CreateDirectory(_folder.In("others")).FullName;
        new Image(60, 40).SavePng(Path.Combine(others, "c.png"));
        Image different = new(60, 40);
        different.Pixels[5] = 1;
        different.SavePng(Path.Combine(others, "b.png"));
        different.Pixels[6] = 1;
        different.SavePng(Path.Combine(images, "b.png"));

        DatasetCheckResult result = _folder.Check(CheckFolder.Clean, new DatasetCheckOptions
        {
            Images = images,
            Against = _folder.Write(Other, "other.json"),
            AgainstImages = others,
            Fix = _folder.Fixed,
            AllowLoss = true,
        });
        Assert.Equal([(ProblemKind.ImageInBoth, 1)], CheckFolder.Serious(result));
        Assert.Equal(["image 1 (a.png) and image 1 (c.png) of the other"], result.Findings[0].Examples);
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));
        Assert.Equal((1, 2), (result.Repair.Check.Images, result.Repair.Check.Annotations));
    }
}
