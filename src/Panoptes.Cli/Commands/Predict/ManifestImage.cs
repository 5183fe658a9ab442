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
    IReadOnlyList<Segment>? Segments)
{
    /// <summary>Which image it is, for a merge; null but in a shard's manifest.</summary>
    public ManifestPlace? Place { get; init; }
}

/// <summary>Which image a line of a shard's manifest is about.</summary>
/// <param name="Index">Its place among the images of all shards.</param>
/// <param name="Id">Its id in results.</param>
/// <param name="IdText">The id where that is a text; null elsewhere.</param>
internal sealed record ManifestPlace(int Index, long Id, string? IdText);

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
internal sealed record ManifestKey(
    string File, long Bytes, long Modified, IReadOnlyList<string> Files, int Objects = 0, ManifestPlace? Place = null);

/// <summary>The manifest's first line: what the results depend on besides the images.</summary>
/// <param name="Version">The manifest's format.</param>
/// <param name="Settings">The settings by the names that users know.</param>
/// <param name="Shard">What else a shard's manifest says; null in one of all images.</param>
internal sealed record ManifestHeader(int Version, IReadOnlyDictionary<string, string> Settings, ManifestShard? Shard = null)
{
    /// <summary>The format of manifests.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>A shard's part of its manifest's header.</summary>
/// <param name="Number">Which shard, from 1.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Images">How many images all shards have.</param>
/// <param name="List">A hash of the images' paths.</param>
/// <param name="Categories">The classes, for files that all images share.</param>
internal sealed record ManifestShard(int Number, int Count, int Images, string List, IReadOnlyList<ManifestCategory> Categories);

/// <summary>A class.</summary>
internal sealed record ManifestCategory(long Id, string Name, bool IsThing, string? IdText)
{
    /// <summary>What a manifest says of a class.</summary>
    public static ManifestCategory Of(PanopticCategory category) => new(category.Id, category.Name, category.IsThing, category.IdText);

    /// <summary>The class as results have it.</summary>
    public PanopticCategory ToCoco() => new(Id, Name, IsThing) { IdText = IdText };
}

/// <summary>The last line of a shard's manifest: that it is done.</summary>
/// <param name="Failed">A line for each image that could not be used, in the images' order.</param>
/// <param name="Undone">Their complete paths.</param>
/// <param name="Missing">A line for each input that stands for no image.</param>
internal sealed record ManifestEnd(IReadOnlyList<string> Failed, IReadOnlyList<string> Undone, IReadOnlyList<string> Missing);

/// <summary>Reads and writes the lines, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestImage))]
[JsonSerializable(typeof(ManifestKey))]
[JsonSerializable(typeof(ManifestHeader))]
[JsonSerializable(typeof(ManifestEnd))]
internal sealed partial class ManifestJson : JsonSerializerContext;
