using Panoptes.Datasets.Checks;
using Panoptes.Imaging;

namespace Panoptes.Tests.Datasets.Checks;

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
    public void Without_folders_the_same_id_and_name_are_the_same_picture()
    {
        DatasetCheckResult result = _folder.Check(CheckFolder.Clean, new DatasetCheckOptions { Against = _folder.Write(Other, "other.json") });
        Assert.Equal([(ProblemKind.PictureInBoth, 1)], CheckFolder.Serious(result));
        Assert.Equal(["picture 2 (b.png) and picture 2 (b.png) of the other"], result.Findings[0].Examples);
    }

    [Fact]
    public void With_folders_the_bytes_decide_whatever_the_names()
    {
        string pictures = _folder.Pictures;
        string others = Directory.CreateDirectory(_folder.In("others")).FullName;
        new Image(60, 40).SavePng(Path.Combine(others, "c.png"));
        Image different = new(60, 40);
        different.Pixels[5] = 1;
        different.SavePng(Path.Combine(others, "b.png"));
        different.Pixels[6] = 1;
        different.SavePng(Path.Combine(pictures, "b.png"));

        DatasetCheckResult result = _folder.Check(CheckFolder.Clean, new DatasetCheckOptions
        {
            Images = pictures,
            Against = _folder.Write(Other, "other.json"),
            AgainstImages = others,
            Fix = _folder.Fixed,
        });
        Assert.Equal([(ProblemKind.PictureInBoth, 1)], CheckFolder.Serious(result));
        Assert.Equal(["picture 1 (a.png) and picture 1 (c.png) of the other"], result.Findings[0].Examples);
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));
        Assert.Equal((1, 2), (result.Repair.Check.Pictures, result.Repair.Check.Annotations));
    }
}
