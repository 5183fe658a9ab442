namespace Panoptes.Coco.Formats;

/// <summary>What a conversion did.</summary>
/// <param name="From">The format read.</param>
/// <param name="To">The format written.</param>
/// <param name="Images">Images written.</param>
/// <param name="Objects">Objects written, or segments of a panoptic dataset.</param>
/// <param name="Classes">Classes written.</param>
/// <param name="Output">The file or folder that the next tool is to be given.</param>
/// <param name="ImagesPlaced">Images linked or copied to where the format wants them.</param>
/// <param name="ImageFolder">Where the format wants the images; null where it does not care.</param>
/// <param name="Losses">What could not be held, by kind.</param>
public sealed record ConversionResult(
    DatasetFormat From,
    DatasetFormat To,
    int Images,
    int Objects,
    int Classes,
    string Output,
    int ImagesPlaced,
    string? ImageFolder,
    IReadOnlyList<ConversionLoss> Losses)
{
    /// <summary>What was read of the input. Parts that could not be read are not in it; <see cref="Losses"/> counts them.</summary>
    public ConversionCounts Read { get; init; } = new(Images, Objects, Classes);
}
