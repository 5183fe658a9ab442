using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>
/// Instances and a semantic head's logits as one map (Kirillov et al. 2019, Panoptic Feature Pyramid Networks, 3.1): instances by falling
/// score take the pixels that are still free, stuff takes the others. The rule's details are those of panopticapi's
/// combine_semantic_and_instance_predictions.py.
/// </summary>
/// <remarks>
/// The logits are interpolated from a quarter of the network's input to the image's own size in one step (detectron2 takes two, by way of
/// the input's size); no map of logits at that size ever exists. What the head calls things, and no instance covers, is void. The merger
/// keeps no state.
/// </remarks>
internal sealed class PanopticMerger
{
    private const int Stride = 4; // of the logits

    private readonly PanopticMergeOptions _options;
    private readonly IReadOnlyList<ModelClass> _stuff;

    /// <summary>Prepares the merging.</summary>
    /// <param name="options">Thresholds and the least area of stuff.</param>
    /// <param name="stuffClasses">The classes of stuff in the order of the head's logits.</param>
    public PanopticMerger(PanopticMergeOptions options, IReadOnlyList<ModelClass> stuffClasses)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stuffClasses);
        (_options, _stuff) = (options, stuffClasses);
    }

    /// <summary>Merges one image.</summary>
    /// <param name="output">The network's outputs.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="image">Index of the image in the batch.</param>
    /// <param name="instances">The image's instances by falling score.</param>
    /// <param name="cancellationToken">Stops between parts of the image.</param>
    /// <exception cref="InvalidOperationException">The logits are missing, have a wrong shape, or hold NaN.</exception>
    public PanopticSegmentation Merge(
        NetworkOutput output,
        NetworkInput input,
        int image,
        IReadOnlyList<Instance> instances,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(instances);
        FeatureMap logits = output.RequirePixels(OutputNames.SemanticLogits, input, Stride, image, _stuff.Count + 1);
        InputImage size = input.Images[image];
        ResizeAxis columns = new(logits.Width, size.Width / ((float)Stride * size.OriginalWidth), size.OriginalWidth);
        ResizeAxis rows = new(logits.Height, size.Height / ((float)Stride * size.OriginalHeight), size.OriginalHeight);
        LabelMap labels = PixelAssignment.Label(new LogitFields(logits, image, Whole(size)), columns, rows, cancellationToken);
        labels.Labels.Replace(_stuff.Count + 1, 0);
        List<LabeledThing> things = Paint(labels, instances);
        return new SegmentBuilder(_stuff, _options.MinStuffArea, minThingArea: 0).Build(labels, things).Panoptic;
    }

    internal static PixelBounds Whole(InputImage size) => new(0, 0, size.OriginalWidth, size.OriginalHeight);

    /// <summary>Draws the instances that remain over the stuff.</summary>
    private List<LabeledThing> Paint(LabelMap labels, IReadOnlyList<Instance> instances)
    {
        List<LabeledThing> things = [];
        Rle taken = Rle.Empty(labels.Height, labels.Width);
        foreach (Instance instance in instances.Where(i => i.Score >= _options.InstanceThreshold && !i.Mask.IsEmpty))
        {
            long covered = instance.Mask.IntersectionArea(taken);
            if ((double)covered / instance.Mask.Area > _options.OverlapThreshold)
            {
                continue;
            }

            things.Add(new LabeledThing(new ModelClass(instance.ClassName, instance.CategoryId), instance.Score));
            Rle free = covered == 0 ? instance.Mask : instance.Mask.Intersect(taken.Complement());
            foreach (ColumnRun run in free.EnumerateColumnRuns())
            {
                for (int y = run.Top; y < run.Bottom; y++)
                {
                    labels.Row(y)[run.X] = _stuff.Count + things.Count;
                }
            }

            taken = taken.Union(instance.Mask);
        }

        return things;
    }
}
