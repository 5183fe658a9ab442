using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Counts an instance dataset.</summary>
internal static class InstanceCounter
{
    public static DatasetStatistics Count(string path, StatisticsOptions options, CancellationToken cancellationToken)
    {
        InstanceTable table = InstanceTable.LoadWithMasksIfAny(path, options.Limits, cancellationToken);
        StatisticsBuilder builder = new(
            [.. table.Index.Images.Select(image => new ImageSize(image.Width, image.Height))],
            [.. table.Index.Categories.Select(c => new ClassTally(c.Id, c.Name, isThing: null))],
            options);
        MaskShapes masks = new();
        foreach (InstanceRow row in table.Rows)
        {
            builder.Add(row.Image, new ObjectFacts(row.Category, row.Area, row.Bbox, row.IsCrowd, IsStuff: false));
            masks.Add(row.Mask, row.IsCrowd);
        }

        return builder.Build(masks, pixels: null, DatasetWarning.Summarize(table.Warnings));
    }
}
