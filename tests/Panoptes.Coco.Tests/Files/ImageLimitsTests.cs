using Panoptes.Coco.Datasets;
using Panoptes.Coco.Datasets.Statistics;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Coco.Tests.Formats;

namespace Panoptes.Coco.Tests.Files;

/// <summary>Sizes that files declare for images are compared with the caller's limits, not with the defaults.</summary>
public sealed class ImageLimitsTests : IDisposable
{
    private const string Images = """[{"id":1,"file_name":"a.png","width":20000,"height":20000}]""";
    private const string Instances =
        $$$"""
        {"images":{{{Images}}},"categories":[{"id":1,"name":"x"}],
        "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,4,4],"area":16,"iscrowd":0,"segmentation":[[1,1,5,1,5,5,1,5]]}]}
        """;

    private const string Panoptic =
        $$$"""
        {"images":{{{Images}}},"categories":[{"id":1,"name":"x","isthing":1}],
        "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":1,"category_id":1,"area":4,"iscrowd":0,"bbox":[0,0,2,2]}]}]}
        """;

    private static readonly InputLimits s_enough = new() { MaxPixels = 400_000_000 };

    private readonly ConversionFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_instances() =>
        ShouldFollow(Instances, (path, limits) => InstanceDataset.Load(path, new InstanceDatasetOptions { Limits = limits }));

    [Fact]
    public void Of_instances_without_masks() => ShouldFollow(
        Instances, (path, limits) => InstanceDataset.Load(path, new InstanceDatasetOptions { Masks = false, Limits = limits }));

    [Fact]
    public void Of_segments() => ShouldFollow(Panoptic, (path, limits) => PanopticDataset.Load(path, limits));

    [Fact]
    public void Of_images_alone() => ShouldFollow(Instances, (path, limits) => CocoHead.Load(path, limits));

    [Fact]
    public void Of_statistics()
    {
        ShouldFollow(Instances, (path, limits) =>
            DatasetStatistics.Load(path, new StatisticsOptions { Limits = limits }, cancellationToken: Cancellation));
        ShouldFollow(Panoptic, (path, limits) =>
            DatasetStatistics.Load(path, new StatisticsOptions { Limits = limits }, cancellationToken: Cancellation));
    }

    [Fact]
    public void Of_scoring()
    {
        string results = _folder.Write("results.json", """[{"image_id":1,"category_id":1,"bbox":[1,1,4,4],"score":1}]""");
        ShouldFollow(Instances, (path, limits) => AveragePrecision.Score(
            path, results, new ApOptions { IouType = IouType.Bbox }, limits));
    }

    [Fact]
    public void Of_a_conversion() => ShouldFollow(Instances, (path, limits) => _folder.Convert(
        DatasetFormat.Coco, path, DatasetFormat.Yolo, "yolo", options => options with { Strict = true, Limits = limits }));

    [Fact]
    public void Of_LabelMe() => ShouldFollow(
        """{"imagePath":"a.png","imageWidth":20000,"imageHeight":20000,"shapes":[]}""",
        (path, limits) => _folder.Convert(
            DatasetFormat.LabelMe,
            Path.GetDirectoryName(path)!,
            DatasetFormat.Coco,
            "../coco.json",
            options => options with { Strict = true, Limits = limits }));

    [Fact]
    public void What_is_only_copied_may_be_of_any_size()
    {
        string path = _folder.Write("a.json", Instances.Replace("20000", "200000", StringComparison.Ordinal));
        DatasetFile file = DatasetSubset.Write(path, _folder.Full("b.json"), new SubsetOptions { Images = 1 }, Cancellation);
        Assert.Equal((1, 1), (file.Images, file.Annotations));
    }

    private void ShouldFollow(string json, Action<string, InputLimits> read)
    {
        string path = _folder.Write("in/a.json", json);
        InputException error = Assert.Throws<InputException>(() => read(path, InputLimits.Default));
        Assert.Contains("20000x20000, above the limit of 200000000 pixels (InputLimits.MaxPixels)", error.Message, StringComparison.Ordinal);
        read(path, s_enough);
        Assert.Throws<InputException>(() => read(path, s_enough with { MaxSide = 19_999 }));
    }
}
