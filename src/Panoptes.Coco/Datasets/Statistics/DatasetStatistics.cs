using System.Text.Json;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>What a dataset holds, in figures: instances or panoptic.</summary>
/// <remarks>
/// An object is an annotation that is not a crowd; in a panoptic dataset also one that is not stuff. Areas are those that the file states,
/// as in COCO's AP, or counted from the PNGs of a panoptic dataset where their folder is given.
/// </remarks>
public sealed record DatasetStatistics
{
    /// <summary>Whether it is a panoptic dataset.</summary>
    public required bool IsPanoptic { get; init; }

    /// <summary>What it was made with.</summary>
    public required StatisticsOptions Options { get; init; }

    /// <summary>Images.</summary>
    public required int Images { get; init; }

    /// <summary>Images without an object.</summary>
    public required int EmptyImages { get; init; }

    /// <summary>Objects.</summary>
    public required int Objects { get; init; }

    /// <summary>Crowds: regions of many objects that were not annotated one by one.</summary>
    public required int Crowds { get; init; }

    /// <summary>Segments of stuff; 0 in an instance dataset.</summary>
    public required int Stuff { get; init; }

    /// <summary>The classes by ascending id.</summary>
    public required IReadOnlyList<ClassStatistics> Classes { get; init; }

    /// <summary>Classes without an object.</summary>
    public int EmptyClasses => Classes.Count(c => c.Objects == 0);

    /// <summary>Objects by COCO's classes of size.</summary>
    public required SizeClasses Sizes { get; init; }

    /// <summary>Objects in an image.</summary>
    public required Histogram ObjectsPerImage { get; init; }

    /// <summary>Classes in an image, stuff among them.</summary>
    public required Histogram ClassesPerImage { get; init; }

    /// <summary>Square root of an object's area, in pixels.</summary>
    public required Histogram ObjectSize { get; init; }

    /// <summary>Square root of an object's area as a part of its image's area, 0 to 1.</summary>
    public required Histogram RelativeSize { get; init; }

    /// <summary>Width of an object's box over its height.</summary>
    public required Histogram ObjectAspect { get; init; }

    /// <summary>Short side of an image, in pixels.</summary>
    public required Histogram ImageShortSide { get; init; }

    /// <summary>Width of an image over its height.</summary>
    public required Histogram ImageAspect { get; init; }

    /// <summary>The images' sizes, the most frequent first.</summary>
    public required IReadOnlyList<ImageSizeCount> ImageSizes { get; init; }

    /// <summary>How masks are written; null in a panoptic dataset, whose masks are PNGs.</summary>
    public required MaskForms? Masks { get; init; }

    /// <summary>Outlines of an object that has outlines.</summary>
    public required Histogram PolygonsPerObject { get; init; }

    /// <summary>Corners of all outlines of an object.</summary>
    public required Histogram CornersPerObject { get; init; }

    /// <summary>Where in their images objects lie.</summary>
    internal CenterMap Centers { get; init; } = new(1, 1, [0]);

    /// <summary>The classes that occur together most often.</summary>
    public required IReadOnlyList<ClassPair> Pairs { get; init; }

    /// <summary>Objects by level of FCOS's feature pyramid.</summary>
    public required IReadOnlyList<PyramidLevel> Levels { get; init; }

    /// <summary>What pixels belong to; null in an instance dataset.</summary>
    public required PanopticPixels? Pixels { get; init; }

    /// <summary>What was odd about the file; one line each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Writes the statistics as an object. What has no end, or is not known, is null.</summary>
    /// <param name="json">The writer, where a value is expected.</param>
    public void Write(Utf8JsonWriter json) => StatisticsJson.Write(json, this);

    /// <summary>Writes the dataset's page: histograms and tables in one file that needs no other.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="title">What the page is called: the dataset's name.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public void WritePage(string path, string title) => StatisticsPage.Write(path, this, title);

    /// <summary>Counts a dataset; what kind it is, its annotations tell.</summary>
    /// <param name="annotations">A COCO instance or panoptic JSON.</param>
    /// <param name="options">What to count with; null for the defaults.</param>
    /// <param name="progress">Told how many PNGs of a panoptic dataset are read; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">A file is missing or malformed; the message names it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DatasetStatistics Load(
        string annotations,
        StatisticsOptions? options = null,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new StatisticsOptions();
        if (PanopticProbe.IsPanoptic(annotations, cancellationToken))
        {
            return PanopticCounter.Count(annotations, options, progress, cancellationToken);
        }

        return options.PanopticFolder is null
            ? InstanceCounter.Count(annotations, options, cancellationToken)
            : throw new InputException(
                InputErrorKind.Invalid, annotations, null,
                "is not a panoptic dataset (no segments_info): a folder of PNGs does not belong to it.");
    }
}
