using Panoptes.Coco.Datasets;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Datasets.Statistics;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;

namespace Panoptes.Coco.Tests.Files;

/// <summary>Reading looks at the token from block to block, and leaves nothing behind.</summary>
public sealed class CancelledReadingTests : IDisposable
{
    private const string Json =
        """
        {"images":[{"id":1,"file_name":"a.png","width":64,"height":48}],"categories":[{"id":1,"name":"x"}],
        "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,4,4],"area":16,"iscrowd":0,"segmentation":[[1,1,5,1,5,5,1,5]]}]}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-cancel");

    public static TheoryData<string> Readers => [.. All.Keys];

    // Each takes the dataset, the path of what it would write, and the token.
    private static Dictionary<string, Action<string, string, CancellationToken>> All { get; } = new()
    {
        ["instances"] = (path, _, token) => InstanceDataset.Read(path, new InstanceDatasetOptions(), token),
        ["segments"] = (path, _, token) => PanopticDataset.Read(path, InputLimits.Default, skipped: null, token),
        ["check"] = (path, output, token) => DatasetCheck.Run(path, new DatasetCheckOptions { Fix = output }, null, token),
        ["stats"] = (path, _, token) => DatasetStatistics.Load(path, null, null, token),
        ["score"] = (path, _, token) => AveragePrecision.Match(path, path, new ApOptions { IouType = IouType.Bbox }, null, token),
        ["merge"] = (path, output, token) => DatasetMerge.Write([path, path], output, new MergeOptions { PrefixFolders = ["a", "b"] }, token),
        ["subset"] = (path, output, token) => DatasetSubset.Write(path, output, new SubsetOptions { Images = 1, NonEmpty = true }, token),
        ["split"] = (path, output, token) => DatasetSplit.Write(
            path, [new SplitPart("a", 1, IsShare: false)], 0, Path.GetDirectoryName(output)!, cancellationToken: token),
        ["remap"] = (path, output, token) => DatasetRemap.Write(path, output, [], contiguous: true, cancellationToken: token),
        ["convert"] = (path, output, token) => DatasetConverter.Convert(
            new ConversionOptions { From = DatasetFormat.Coco, To = DatasetFormat.Yolo, Input = path, Output = output }, null, token),
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Readers))]
    public void Reading_stops(string reader)
    {
        string path = Path.Combine(_folder.FullName, "a.json");
        File.WriteAllText(path, Json);

        Assert.ThrowsAny<OperationCanceledException>(
            () => All[reader](path, Path.Combine(_folder.FullName, "written.json"), new CancellationToken(canceled: true)));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.FullName));
    }
}
