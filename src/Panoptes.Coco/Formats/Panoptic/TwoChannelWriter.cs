using Panoptes.Coco.Files;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>Writes panopticapi's two-channel PNGs into a folder.</summary>
internal static class TwoChannelWriter
{
    /// <summary>Writes a dataset.</summary>
    /// <exception cref="InputException">A class has an id that does not fit into a channel.</exception>
    public static ConversionResult Write(IPanopticSource source, ConversionContext context)
    {
        if (source.Categories.FirstOrDefault(c => c.Id is < 1 or > TwoChannel.LargestClass) is { } category)
        {
            throw new InputException(
                InputErrorKind.Invalid, context.Options.Input, null,
                $"the class {category.Name} has the id {category.Id}; "
                + $"a channel holds 1 to {TwoChannel.LargestClass}.");
        }

        PanopticFolder pngs = new(context.Options.Output);
        int segments = 0;
        int read = PanopticScenes.ForEach(source, context, "convert", (_, scene) =>
        {
            int[] labels = TwoChannel.LabelsOf(scene.Segments);
            Dictionary<int, int> labelOf = new() { [0] = 0 };
            HashSet<int> used = [];
            for (int s = 0; s < labels.Length; s++)
            {
                PanopticSegment segment = scene.Segments[s];
                string name = PanopticResult.NameOf(scene.Image, segment);
                labelOf.Add(segment.Id, labels[s]);
                context.Losses.Add(LossKind.TooMany, name, used.Add(labels[s]) ? 0 : 1);
                context.Losses.Add(LossKind.SegmentIds, name, segment.Id == labels[s] ? 0 : 1);
            }

            Relabel(scene.Labels.Labels, labelOf);
            pngs.Write(scene.Image, scene.Labels.EncodePng());
            Interlocked.Add(ref segments, used.Count);
        });
        return PanopticResult.Of(source, context, read, segments);
    }

    private static void Relabel(Span<int> labels, Dictionary<int, int> labelOf)
    {
        (int before, int after) = (0, 0);
        foreach (ref int label in labels)
        {
            if (label != before)
            {
                (before, after) = (label, labelOf[label]);
            }

            label = after;
        }
    }
}
