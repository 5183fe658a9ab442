namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>Reads the images of a panoptic dataset one by one, with all cores.</summary>
internal static class PanopticScenes
{
    /// <summary>Reads all images; one that cannot be read is skipped, counted and named, unless the conversion is strict.</summary>
    /// <param name="source">The dataset.</param>
    /// <param name="context">Where what is skipped is named.</param>
    /// <param name="stage">What is done with them, for the progress.</param>
    /// <param name="use">Does it with one, by its place; called from several threads.</param>
    /// <returns>How many were read.</returns>
    /// <exception cref="InputException">None of them can be read.</exception>
    public static int ForEach(IPanopticSource source, ConversionContext context, string stage, Action<int, PanopticScene> use)
    {
        int read = 0;
        context.ForEachImage(stage, source.Count, i =>
        {
            if (context.Read(LossKind.InvalidFiles, () => source.Read(i)) is { } scene)
            {
                use(i, scene);
                Interlocked.Increment(ref read);
            }
        });
        return read > 0 || source.Count == 0
            ? read
            : throw new InputException(
                InputErrorKind.Invalid, context.Options.Input, null,
                "no image of it could be read: "
                + $"{context.Losses.ToList().First(loss => loss.Kind == LossKind.InvalidFiles)}.");
    }
}
