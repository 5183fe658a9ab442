namespace Panoptes.Datasets.Formats;

/// <summary>What a conversion did.</summary>
/// <param name="From">The format read.</param>
/// <param name="To">The format written.</param>
/// <param name="Pictures">Pictures written.</param>
/// <param name="Objects">Objects written, or segments of a panoptic data set.</param>
/// <param name="Classes">Classes written.</param>
/// <param name="Output">The file or folder that the next tool is to be given.</param>
/// <param name="PicturesPlaced">Pictures linked or copied to where the format wants them.</param>
/// <param name="PictureFolder">Where the format wants the pictures; null where it does not care.</param>
/// <param name="Losses">What could not be held, by kind.</param>
public sealed record ConversionResult(
    DatasetFormat From,
    DatasetFormat To,
    int Pictures,
    int Objects,
    int Classes,
    string Output,
    int PicturesPlaced,
    string? PictureFolder,
    IReadOnlyList<ConversionLoss> Losses);
