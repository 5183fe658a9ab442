using System.Diagnostics;
using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>Pictures that have been read, and those that could not be.</summary>
/// <param name="Pictures">The pictures with their pixels.</param>
/// <param name="Problems">A line for each that is damaged or no picture.</param>
/// <param name="Warnings">What the pictures' reader noticed: pages that were not read, values that were scaled.</param>
/// <param name="Time">How long it took.</param>
internal sealed record PictureBatch(
    IReadOnlyList<(NamedPicture Picture, Image Image)> Pictures,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings,
    TimeSpan Time)
{
    /// <summary>Reads some pictures.</summary>
    public static PictureBatch Load(IEnumerable<NamedPicture> pictures)
    {
        long start = Stopwatch.GetTimestamp();
        List<(NamedPicture, Image)> loaded = [];
        List<string> problems = [];
        foreach (NamedPicture picture in pictures)
        {
            try
            {
                loaded.Add((picture, Image.Load(picture.Path)));
            }
            catch (InputException problem)
            {
                problems.Add(problem.Message);
            }
        }

        return new PictureBatch(loaded, problems, [.. loaded.SelectMany(l => l.Item2.Warnings)], Stopwatch.GetElapsedTime(start));
    }
}
