namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Objects by COCO's classes of size.</summary>
/// <param name="Small">Area below 32² pixels.</param>
/// <param name="Medium">From there to below 96² pixels.</param>
/// <param name="Large">The rest.</param>
public readonly record struct SizeClasses(int Small, int Medium, int Large)
{
    private const double SmallEnd = 32 * 32;
    private const double MediumEnd = 96 * 96;

    internal static SizeClasses Of(IEnumerable<double> areas)
    {
        int[] counts = new int[3];
        foreach (double area in areas)
        {
            counts[area < SmallEnd ? 0 : area < MediumEnd ? 1 : 2]++;
        }

        return new SizeClasses(counts[0], counts[1], counts[2]);
    }
}
