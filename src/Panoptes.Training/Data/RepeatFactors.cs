namespace Panoptes.Training.Data;

/// <summary>How often each image comes in an epoch so that rare classes are seen more (Gupta et al., LVIS, 2019).</summary>
internal static class RepeatFactors
{
    /// <summary>
    /// For each image r = max over its classes of max(1, √(t / f)), f being the part of the images that show the class; 1 for an image
    /// without objects.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="threshold">t: classes in a smaller part of the images are rare.</param>
    public static double[] Of(IReadOnlyList<ImageRecord> images, double threshold)
    {
        int[][] classes = [.. images.Select(image => ClassesOf(image).Distinct().ToArray())];
        Dictionary<int, double> factors = classes.SelectMany(own => own)
            .CountBy(index => index)
            .ToDictionary(entry => entry.Key, entry => Math.Max(1, Math.Sqrt(threshold * images.Count / entry.Value)));
        return [.. classes.Select(own => own.Select(index => factors[index]).DefaultIfEmpty(1).Max())];
    }

    private static IEnumerable<int> ClassesOf(ImageRecord image) => image.Panoptic is { } panoptic
        ? panoptic.Segments.Where(segment => segment is { IsThing: true, IsCrowd: false }).Select(segment => segment.ClassIndex)
        : image.Objects.Select(item => item.ClassIndex);
}
