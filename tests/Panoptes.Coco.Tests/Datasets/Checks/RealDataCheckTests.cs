using Panoptes.Coco.Datasets.Checks;
using Panoptes.Testing;

namespace Panoptes.Coco.Tests.Datasets.Checks;

/// <summary>Genuine datasets give true findings only.</summary>
public sealed class RealDataCheckTests
{
    [Theory]
    [InlineData("train2017", 470, 3866, 16, 3, 0)]
    [InlineData("val2017", 111, 903, 7, 1, 8)]
    public void COCO_has_nothing_but_areas_of_crowds(string split, int images, int objects, int crowdAreas, int empty, int unusedClasses)
    {
        DatasetCheckResult result = Check($"coco/annotations/instances_{split}.json", $"coco/{split}");
        Assert.Equal((images, objects, 80, 0), (result.Images, result.Annotations, result.Classes, result.Errors));
        (ProblemKind, int)[] expected =
        [
            (ProblemKind.CrowdArea, crowdAreas), (ProblemKind.ImageWithoutObjects, empty), (ProblemKind.ClassWithoutObjects, unusedClasses),
        ];
        Assert.Equal(expected.Where(e => e.Item2 > 0), result.Findings.Select(f => (f.Problem.Kind, f.Count)));
    }

    [Theory]
    [InlineData("train2017", 100)]
    [InlineData("val2017", 11)]
    public void COCO_panoptic_has_nothing_wrong(string split, int images)
    {
        string folder = SharedData.Require($"coco/annotations/panoptic_{split}");
        DatasetCheckResult result = Check($"coco/annotations/panoptic_{split}.json", $"coco/{split}", folder);
        Assert.Equal((images, 133), (result.Annotations, result.Classes));
        Assert.Empty(CheckFolder.Serious(result));
    }

    [Theory]
    [InlineData("coco_person/instances_train.json", "coco_person/images", 831)]
    [InlineData("coco_person/instances_val.json", "coco_person/images", 93)]
    [InlineData("dsb2018_256/instances.json", "dsb2018_256/images", 7173)]
    public void Other_data_sets_have_nothing_wrong(string annotations, string images, int objects)
    {
        DatasetCheckResult result = Check(annotations, images);
        Assert.Equal(objects, result.Annotations);
        Assert.Empty(CheckFolder.Serious(result));
    }

    private static DatasetCheckResult Check(string annotations, string images, string? panoptic = null) => DatasetCheck.Run(
        SharedData.Require(annotations),
        new DatasetCheckOptions { Images = SharedData.Require(images), PanopticFolder = panoptic },
        cancellationToken: TestContext.Current.CancellationToken);
}
