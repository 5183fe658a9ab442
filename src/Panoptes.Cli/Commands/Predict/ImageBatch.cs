using System.Diagnostics;
using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>Images that have been read, and those that could not be.</summary>
/// <param name="Images">The images with their pixels.</param>
/// <param name="Problems">A line for each that is damaged or no image.</param>
/// <param name="Warnings">What the images' reader noticed: pages that were not read, values that were scaled.</param>
/// <param name="Time">How long it took.</param>
internal sealed record ImageBatch(
    IReadOnlyList<(NamedImage Named, Image Image)> Images,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings,
    TimeSpan Time)
{
    /// <summary>Reads some images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="options">How they are decoded, and how large they may be.</param>
    public static ImageBatch Load(IEnumerable<NamedImage> images, DecodeOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        List<(NamedImage, Image)> loaded = [];
        List<string> problems = [];
        foreach (NamedImage image in images)
        {
            try
            {
                loaded.Add((image, Image.Load(image.Path, options)));
            }
            catch (InputException problem)
            {
                problems.Add(problem.Message);
            }
        }

        return new ImageBatch(loaded, problems, [.. loaded.SelectMany(l => l.Item2.Warnings)], Stopwatch.GetElapsedTime(start));
    }
}
