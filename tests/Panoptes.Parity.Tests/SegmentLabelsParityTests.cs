using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Testing;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Parity.Tests;

/// <summary>The labels of genuine COCO images, resized and mirrored, against Pillow.</summary>
public sealed class SegmentLabelsParityTests
{
    // Sizes with ties (640 to 800: every fifth position falls between two pixels), odd ones, and a reduction.
    [Theory]
    [InlineData(800, 1)]
    [InlineData(600, 4)]
    [InlineData(233, 1)]
    [InlineData(427, 4)]
    public void Labels_are_those_of_Pillows_nearest_pixels(int shortSide, int stride)
    {
        PythonOracle.SkipUnlessAvailable();
        string annotations = SharedData.Require("coco/annotations");
        PanopticDataset dataset = PanopticImages.Load(Path.Combine(annotations, "panoptic_val2017.json"));
        IReadOnlyList<ImageRecord> records = PanopticImages.From(
            dataset, SharedData.Require("coco/val2017"), Path.Combine(annotations, "panoptic_val2017"), stuff: true, filterEmpty: false);
        Assert.Equal(11, records.Count);
        using DataLoader loader = new(records, new LoaderOptions
        {
            Input = new InputConfig { ShortSide = [shortSide], LongSide = 1333 },
            BatchSize = 1,
            SegmentStride = stride,
            CacheBytes = 0,
        });
        int mirrored = 0;
        for (int i = 0; i < records.Count; i++)
        {
            using Batch batch = loader.Next(TestContext.Current.CancellationToken);
            mirrored += batch.Images[0].Transform.Mirror ? 1 : 0;
            Assert.Equal(Expected(batch, stride), batch.Segments.Labels.ToArray());
        }

        Assert.InRange(mirrored, 1, records.Count - 1);
    }

    private static short[] Expected(Batch batch, int stride)
    {
        BatchImage image = batch.Images[0];
        PanopticRecord panoptic = image.Record.Panoptic!;
        LabelMap map = LabelMap.Load(panoptic.Path);
        int[] ids = PythonOracle.Run(
            """
            from PIL import Image
            image = Image.fromarray(ids.numpy(), mode='I').resize((int(width), int(height)), Image.NEAREST)
            if mirror: image = image.transpose(Image.FLIP_LEFT_RIGHT)
            padded = np.zeros((int(rows), int(columns)), np.int32)
            padded[:int(height), :int(width)] = np.array(image)
            out['ids'] = padded
            """,
            ("ids", OracleArray.From<int>(map.Labels, [map.Height, map.Width])),
            ("width", image.Transform.Width),
            ("height", image.Transform.Height),
            ("mirror", image.Transform.Mirror ? 1 : 0),
            ("rows", batch.Height),
            ("columns", batch.Width))["ids"].ToArray<int>();
        Dictionary<int, short> labels = [];
        short next = (short)panoptic.StuffClasses;
        foreach (SegmentRecord segment in panoptic.Segments.Where(s => !s.IsCrowd && ids.Contains(s.Id)))
        {
            labels.Add(segment.Id, segment.IsThing ? next++ : (short)segment.ClassIndex);
        }

        Assert.Equal(panoptic.StuffClasses + image.InstanceCount, next);
        IEnumerable<int> rows = Enumerable.Range(0, batch.Height / stride), columns = Enumerable.Range(0, batch.Width / stride);
        return [.. rows.SelectMany(y => columns.Select(x =>
            labels.GetValueOrDefault(ids[(y * stride + stride / 2) * batch.Width + x * stride + stride / 2], BatchSegments.Ignored)))];
    }
}
