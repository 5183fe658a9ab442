using System.Text.Json.Serialization;
using Panoptes.Coco.Files;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>An image that is done, with its results: a line of the manifest.</summary>
/// <param name="File">The complete path of the image.</param>
/// <param name="Bytes">Its length when it was read.</param>
/// <param name="Modified">When it was last changed before it was read, in ticks of UTC.</param>
/// <param name="Files">What was written for it alone, relative to the folder of the results; a folder ends with a slash.</param>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of the image.</param>
/// <param name="Objects">How many objects were found.</param>
/// <param name="Detections">The objects; null where no COCO results were asked for.</param>
/// <param name="Segments">The segments; null where no panoptic results were asked for.</param>
internal sealed record ManifestImage(
    string File,
    long Bytes,
    long Modified,
    IReadOnlyList<string> Files,
    int Height,
    int Width,
    int Objects,
    IReadOnlyList<ManifestDetection>? Detections,
    IReadOnlyList<Segment>? Segments);

/// <summary>An object: the class by the id that it has in results, the box, the score, and the mask's run lengths, compressed.</summary>
internal sealed record ManifestDetection(long Category, BoxXywh Box, double Score, string Counts)
{
    /// <summary>What a results file says of the object.</summary>
    public static ManifestDetection Of(CocoDetection detection) =>
        new(detection.CategoryId, detection.Bbox!.Value, detection.Score, detection.Mask!.ToCompressedString());

    /// <summary>The object as an entry of a results file.</summary>
    public CocoDetection ToCoco(long imageId, int height, int width) =>
        new(imageId, Category, Box, Score, Rle.Parse(Counts, height, width));
}

/// <summary>What of a line tells whether an image is done.</summary>
internal sealed record ManifestKey(string File, long Bytes, long Modified, IReadOnlyList<string> Files);

/// <summary>The manifest's first line: what the results depend on besides the images.</summary>
/// <param name="Version">The manifest's format.</param>
/// <param name="Settings">The settings by the names that users know.</param>
internal sealed record ManifestHeader(int Version, IReadOnlyDictionary<string, string> Settings);

/// <summary>Reads and writes the lines, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestImage))]
[JsonSerializable(typeof(ManifestKey))]
[JsonSerializable(typeof(ManifestHeader))]
internal sealed partial class ManifestJson : JsonSerializerContext;
