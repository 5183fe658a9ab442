using System.Text.Json;

namespace Panoptes.Coco.Evaluation;

/// <summary>Panoptic quality of all classes, with what was odd about the input.</summary>
public sealed class PqResult
{
    internal PqResult(int images, IReadOnlyList<PqClass> classes, IReadOnlyList<string> warnings, double seconds)
    {
        Images = images;
        Classes = classes;
        Warnings = warnings;
        Seconds = seconds;
        All = Average(classes);
        Things = Average(classes.Where(c => c.Category.IsThing));
        Stuff = Average(classes.Where(c => !c.Category.IsThing));
        double[] pixels = [.. classes.Where(c => c.PixelIoU is not null).Select(c => c.PixelIoU!.Value)];
        MeanIoU = pixels.Length > 0 ? pixels.Average() : 0;
    }

    /// <summary>Images compared.</summary>
    public int Images { get; }

    /// <summary>Averages over all classes.</summary>
    public PqFigures All { get; }

    /// <summary>Averages over the classes of things.</summary>
    public PqFigures Things { get; }

    /// <summary>Averages over the classes of stuff.</summary>
    public PqFigures Stuff { get; }

    /// <summary>
    /// Mean over classes of the IoU of their pixels: what semantic segmentation is measured by. Unlabeled pixels do not count; classes
    /// without a pixel in the ground truth are skipped.
    /// </summary>
    public double MeanIoU { get; }

    /// <summary>The classes by ascending id.</summary>
    public IReadOnlyList<PqClass> Classes { get; }

    /// <summary>What was odd about the input: areas that are not what the PNGs hold.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Seconds from the files to the figures.</summary>
    public double Seconds { get; }

    /// <summary>Writes the result as an object: <c>All</c>, <c>Things</c> and <c>Stuff</c> with pq, sq, rq and n, <c>per_class</c> by
    /// category id, <c>miou</c>, <c>images</c>, <c>seconds</c> and, where there are any, <c>warnings</c>.</summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="more">Writes further properties at the end; null for none.</param>
    public void Write(Utf8JsonWriter json, Action<Utf8JsonWriter>? more = null) => PqReport.Write(json, this, more);

    internal static PqFigures Average(IEnumerable<PqClass> classes)
    {
        double pq = 0;
        double sq = 0;
        double rq = 0;
        int count = 0;
        foreach (PqClass one in classes.Where(c => c.Occurs))
        {
            pq += one.Pq;
            sq += one.Sq;
            rq += one.Rq;
            count++;
        }

        return count == 0 ? new PqFigures(0, 0, 0, 0) : new PqFigures(pq / count, sq / count, rq / count, count);
    }
}
