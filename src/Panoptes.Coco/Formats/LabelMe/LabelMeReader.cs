using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.LabelMe;

/// <summary>Reads LabelMe's files: a JSON for each image, in a folder and below it.</summary>
internal static class LabelMeReader
{
    /// <summary>Reads a dataset; images come in the order of the files' names.</summary>
    /// <exception cref="InputException">A file is malformed, or the folder holds none.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        string folder = context.Options.Input;
        string[] files = Directory.Exists(folder)
            ? [.. InputFile.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)]
            : throw new InputException(
                $"ConversionOptions.Input: the folder '{folder}' does not exist; LabelMe's datasets are folders with a "
                    + "JSON for each image");
        if (files.Length == 0)
        {
            throw new InputException($"{folder}: holds no *.json.");
        }

        FormatImage[] read = new FormatImage[files.Length];
        context.ForEachImage("read", files.Length, i => read[i] = ReadFile(files[i], context));
        return InstanceBuilder.Build(read, declared: null, context);
    }

    private static FormatImage ReadFile(string path, ConversionContext context)
    {
        using (JsonDocument document = JsonFile.Load(path))
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("shapes", out JsonElement shapes)
                || shapes.ValueKind != JsonValueKind.Array)
            {
                throw new InputException($"{path}: holds no object with the list 'shapes', so it is not a LabelMe file.");
            }

            string image = root.TryGetProperty("imagePath", out JsonElement named) && named.ValueKind == JsonValueKind.String
                ? named.GetString()!.Replace('\\', '/')
                : throw new InputException($"{path}: the key imagePath is missing or no text.");
            ImageSize size = SizeOf(root, path, image, context.Options.Images);
            if (root.TryGetProperty("flags", out JsonElement flags) && flags.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty flag in flags.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.True))
                {
                    context.Losses.Add(LossKind.Attributes, $"image's flag {flag.Name}");
                }
            }

            return new FormatImage(NameOf(path, image, context.Options), size, ReadShapes(shapes, size, path, context.Losses));
        }
    }

    private static List<FormatObject> ReadShapes(JsonElement shapes, ImageSize size, string path, LossLog losses)
    {
        List<List<LabelMeShape>> objects = [];
        Dictionary<(string, long), List<LabelMeShape>> groups = [];
        int index = 0;
        foreach (JsonElement element in shapes.EnumerateArray())
        {
            string place = $"{path}: shapes[{index++}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"{place} is not an object.");
            }

            if (LabelMeShape.Read(element, size, place, losses) is not { } shape)
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

    private static ImageSize SizeOf(JsonElement root, string path, string image, string? images)
    {
        if (Length("imageWidth") is { } width && Length("imageHeight") is { } height)
        {
            return ImageBounds.Problem(width, height) is { } problem
                ? throw new InputException(InputErrorKind.TooLarge, path, null, $"{problem}.")
                : new ImageSize(width, height);
        }

        string ownFolder = Path.GetDirectoryName(path)!;
        return FormatImageFiles.SizeOf(File.Exists(Path.Combine(ownFolder, image)) ? ownFolder : images, image);

        int? Length(string key) =>
            root.TryGetProperty(key, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int pixels) && pixels > 0
                ? pixels
                : null;
    }

    /// <summary>
    /// The image relative to the folder of images, where that is given, else to the dataset, as if it lay next to its JSON.
    /// </summary>
    private static string NameOf(string path, string image, ConversionOptions options)
    {
        string ownFolder = Path.GetDirectoryName(path)!;
        if (options.Images is { } images)
        {
            string relative = Path.GetRelativePath(images, Path.Combine(ownFolder, image)).Replace('\\', '/');
            if (!relative.StartsWith("../", StringComparison.Ordinal))
            {
                return relative;
            }
        }

        return Path.GetRelativePath(options.Input, Path.Combine(ownFolder, Path.GetFileName(image))).Replace('\\', '/');
    }
}
