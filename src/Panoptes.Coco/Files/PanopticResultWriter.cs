using System.Text.Json;
using Panoptes.Coco.Formats.Panoptic;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>
/// Writes panoptic results as panopticapi and COCO's server take them: a JSON, and a PNG for each image in the folder next to it that has
/// the JSON's name without extension. A segment's id is its color, R + 256 G + 65536 B; black is void.
/// </summary>
/// <remarks>
/// Images may be added from several threads. Each file appears once it is complete, the JSON last; its images are ordered by id.
/// Besides what panopticapi reads, a segment has <c>isthing</c> and, for a thing, <c>score</c>.
/// </remarks>
public sealed class PanopticResultWriter
{
    private readonly string _jsonPath;
    private readonly IReadOnlyList<PanopticCategory> _categories;
    private readonly PanopticFolder _folder;
    private readonly SortedDictionary<long, PanopticResult?> _images = [];

    /// <summary>Prepares the writing; nothing is written yet.</summary>
    /// <param name="jsonPath">The JSON to create or replace; its folder is made where it is missing.</param>
    /// <param name="categories">The classes that segments may have.</param>
    public PanopticResultWriter(string jsonPath, IReadOnlyList<PanopticCategory> categories)
    {
        ArgumentException.ThrowIfNullOrEmpty(jsonPath);
        ArgumentNullException.ThrowIfNull(categories);
        _jsonPath = Path.GetFullPath(jsonPath);
        _categories = categories;
        PngFolder = Path.Combine(Path.GetDirectoryName(_jsonPath)!, Path.GetFileNameWithoutExtension(_jsonPath));
        _folder = new PanopticFolder(PngFolder);
    }

    /// <summary>The folder of the PNGs.</summary>
    public string PngFolder { get; }

    /// <summary>Writes an image's PNG and remembers its segments.</summary>
    /// <param name="imageId">The image's id in its dataset.</param>
    /// <param name="fileName">The image's name, below its folder; the PNG has it with the extension <c>.png</c>.</param>
    /// <param name="segmentation">The segments.</param>
    /// <param name="imageIdText">The id where it is a text, which <paramref name="imageId"/> stands for (<see cref="CocoId"/>); null
    /// elsewhere.</param>
    /// <returns>What the JSON will say of the image.</returns>
    /// <exception cref="InputException">The id or the name (but for its extension) is another image's too, or the name leads out of the
    /// folder.</exception>
    /// <exception cref="ArgumentException">A segment has a class that is not one of the categories.</exception>
    public PanopticResult Add(long imageId, string fileName, PanopticSegmentation segmentation, string? imageIdText = null)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(segmentation);
        if (segmentation.Segments.FirstOrDefault(s => _categories.All(c => c.Id != s.CategoryId)) is { } unknown)
        {
            throw new ArgumentException(
                $"The class {unknown.CategoryId} ({unknown.ClassName}) is not one of the categories.", nameof(segmentation));
        }

        lock (_images)
        {
            if (!_images.TryAdd(imageId, null))
            {
                throw new InputException(
                    InputErrorKind.Invalid, _jsonPath, null,
                    $"the image {fileName} has the id {imageIdText ?? $"{imageId}"}, which another image has too.");
            }
        }

        CocoImage image = new(imageId, fileName, segmentation.Labels.Width, segmentation.Labels.Height);
        PanopticResult result = new(imageId, _folder.Write(image, segmentation.Labels.EncodePng()), segmentation.Segments)
        {
            ImageIdText = imageIdText,
        };
        lock (_images)
        {
            _images[imageId] = result;
        }

        return result;
    }

    /// <summary>Writes the JSON, once all images are added.</summary>
    public void Complete()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_jsonPath)!);
        Directory.CreateDirectory(PngFolder); // readers expect it even where no image is in it
        WriteJson(_jsonPath, _categories, _images.Values.Select(image => image!));
    }

    /// <summary>Writes the JSON of images whose PNGs are there already, without holding them.</summary>
    /// <param name="jsonPath">The JSON to create or replace; its folder exists.</param>
    /// <param name="categories">The classes that segments may have.</param>
    /// <param name="images">The images in the JSON's order; read once, one by one.</param>
    public static void WriteJson(string jsonPath, IReadOnlyList<PanopticCategory> categories, IEnumerable<PanopticResult> images)
    {
        ArgumentNullException.ThrowIfNull(categories);
        ArgumentNullException.ThrowIfNull(images);
        IdTexts texts = new(categories.Select(c => (c.Id, c.IdText)));
        CocoWriter.WritePanoptic(jsonPath, [], categories, images, (json, image) => PanopticJson.WriteAnnotation(
            json,
            new PanopticAnnotation(
                image.ImageId,
                image.FileName,
                [.. image.Segments.Select(s => new PanopticSegment(s.Id, s.CategoryId, s.Area, Bbox: BoxXywh.FromBox(s.Box)))])
            {
                ImageIdText = image.ImageIdText,
            },
            texts,
            (writer, i) => WriteMore(writer, image.Segments[i])));
    }

    private static void WriteMore(Utf8JsonWriter json, Segment segment)
    {
        json.WriteNumber("isthing"u8, segment.IsThing ? 1 : 0);
        if (segment.Score is { } score)
        {
            json.WriteNumber("score"u8, score);
        }
    }
}
