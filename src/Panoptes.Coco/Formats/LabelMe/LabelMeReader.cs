using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.LabelMe;

/// <summary>Reads LabelMe's files: a JSON for each image, in a folder and below it.</summary>
internal static class LabelMeReader
{
    private static readonly string[] s_known =
    [
        "version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth", "lineColor", "fillColor", "checked", "text",
        "description", "score", "chatHistory", "vqaData",
    ];

    /// <summary>Reads a dataset; images come in the order of the files' names.</summary>
    /// <exception cref="InputException">A file is malformed, or the folder holds none.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        string folder = context.Options.Input;
        string[] files = Directory.Exists(folder)
            ? [.. FolderTree.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)]
            : throw InputException.ForSetting(
                "ConversionOptions.Input",
                $"the folder '{folder}' does not exist; LabelMe's datasets are folders with a "
                    + "JSON for each image",
                InputErrorKind.NotFound);
        if (files.Length == 0)
        {
            throw new InputException(InputErrorKind.Invalid, folder, null, "holds no *.json.");
        }

        IReadOnlyList<FormatImage> read = context.ReadImages(files.Length, i => ReadFile(files[i], context));
        return InstanceBuilder.Build(read, declared: null, context);
    }

    private static FormatImage ReadFile(string path, ConversionContext context) => FormatJson.Load(path, context.Text, root =>
    {
        if (root.Get("shapes") is not { ValueKind: JsonValueKind.Array } shapes)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                "holds no object with the list 'shapes', so it is not a LabelMe file.");
        }

        string image = root.Text("imagePath") is { } named
            ? DatasetPath.Normalize(named)
            : throw new InputException(InputErrorKind.Invalid, path, null, "the key imagePath is missing or no text.");
        ImageSize size = SizeOf(root, path, image, context.Options);
        if (root.Get("flags") is { ValueKind: JsonValueKind.Object } flags)
        {
            foreach (JsonProperty flag in flags.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.True))
            {
                context.Losses.Add(LossKind.Attributes, $"image's flag {flag.Name}");
            }
        }

        foreach (string key in root.UnknownKeys(s_known))
        {
            context.Losses.Add(LossKind.UnknownKeys, key);
        }

        return new FormatImage(NameOf(path, image, context.Options), size, ReadShapes(shapes, size, path, context));
    });

    private static List<FormatObject> ReadShapes(JsonElement shapes, ImageSize size, string path, ConversionContext context)
    {
        List<List<LabelMeShape>> objects = [];
        Dictionary<(string, long), List<LabelMeShape>> groups = [];
        int index = 0;
        foreach (JsonElement element in shapes.EnumerateArray())
        {
            FormatPlace place = new(path, $"shapes[{index++}]");
            if (context.Read(LossKind.InvalidObjects, () => ReadShape(element, size, place, context.Losses)) is not { } shape)
            {
                continue;
            }

            if (shape.Group is { } group && groups.TryGetValue((shape.Label, group), out List<LabelMeShape>? parts))
            {
                parts.Add(shape);
                continue;
            }

            objects.Add(parts = [shape]);
            if (shape.Group is { } opened)
            {
                groups.Add((shape.Label, opened), parts);
            }
        }

        return objects.ConvertAll(parts => LabelMeShape.Join(parts, size));
    }

    private static LabelMeShape? ReadShape(JsonElement element, ImageSize size, FormatPlace place, LossLog losses) =>
        element.ValueKind == JsonValueKind.Object
            ? LabelMeShape.Read(element, size, place, losses)
            : throw place.Invalid("is not an object.");

    private static ImageSize SizeOf(JsonElement root, string path, string image, ConversionOptions options)
    {
        if (root.Length("imageWidth") is { } width && root.Length("imageHeight") is { } height)
        {
            return ImageBounds.Problem(width, height, options.Limits) is { } problem
                ? throw new InputException(InputErrorKind.TooLarge, path, null, $"{problem}.")
                : new ImageSize(width, height);
        }

        string ownFolder = Path.GetDirectoryName(path)!;
        return FormatImageFiles.SizeOf(File.Exists(DatasetPath.Resolve(ownFolder, image)) ? ownFolder : options.Images, image);
    }

    /// <summary>
    /// The image relative to the folder of images, where that is given, else to the dataset, as if it lay next to its JSON.
    /// </summary>
    private static string NameOf(string path, string image, ConversionOptions options)
    {
        string ownFolder = Path.GetDirectoryName(path)!;
        if (options.Images is { } images)
        {
            string[] places = [DatasetPath.Resolve(ownFolder, image), DatasetPath.Resolve(images, image)];
            string found = places.FirstOrDefault(File.Exists) ?? places[0];
            string relative = Path.GetRelativePath(images, found).Replace('\\', '/');
            if (!relative.StartsWith("../", StringComparison.Ordinal))
            {
                return relative;
            }
        }

        return Path.GetRelativePath(options.Input, Path.Combine(ownFolder, Path.GetFileName(image))).Replace('\\', '/');
    }
}
