using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>Reads an Ultralytics dataset for segmentation.</summary>
internal static class YoloReader
{
    /// <summary>
    /// Reads one part or all of them. Images are named relative to the part's folder; where there are several, relative to the data
    /// set's.
    /// </summary>
    /// <exception cref="InputException">A file is missing or malformed.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        YoloConfig config = Load(context.Options.Input, context.Text, context.Classes);
        foreach (string key in config.UnknownKeys)
        {
            context.Losses.Add(LossKind.UnknownKeys, key);
        }

        context.Losses.Add(LossKind.IgnoredParts, config.Contradiction ?? "", config.Contradiction is null ? 0 : 1);
        (string Folder, string Image)[] images = Find(config, context);
        context.Images ??= images[0].Folder;
        IReadOnlyList<FormatImage> read = context.ReadImages(images.Length, i =>
        {
            string path = Path.Combine(images[i].Folder, images[i].Image);
            ImageSize size = Image.ReadSize(path);
            return new FormatImage(images[i].Image, size, YoloLabels.Read(LabelsOf(path), size, config, context));
        });
        return InstanceBuilder.Build(read, config.Names, context);
    }

    /// <summary>The parts of a dataset that exist; one with the same images as an earlier one does not count.</summary>
    /// <param name="path">The data.yaml, or the folder.</param>
    /// <exception cref="InputException">The file is malformed.</exception>
    public static IReadOnlyList<string> PartsOf(string path)
    {
        YoloConfig config = Load(path, new FormatText(fallback: null), classes: null);
        return
        [
            .. YoloConfig.SplitNames.Where(config.Splits.ContainsKey)
                .Select(split => (Split: split, Places: config.Splits[split].Select(place => PlaceOf(config.Root, place)).OfType<string>()))
                .Where(part => part.Places.Any()).DistinctBy(part => string.Join('\n', part.Places)).Select(part => part.Split),
        ];
    }

    private static YoloConfig Load(string path, FormatText text, ClassList? classes) =>
        Directory.Exists(path) && YoloConfig.FileOf(path) is null
            ? YoloFolder.Load(path, text, classes)
            : YoloConfig.Load(path, text, classes);

    /// <summary>Where an image's labels lie: labels instead of the last folder images of its path, and .txt.</summary>
    public static string LabelsOf(string image) => Path.ChangeExtension(LabelFolderOf(image), ".txt");

    private static string LabelFolderOf(string path)
    {
        const string part = "/images/";
        path = path.Replace('\\', '/');
        int folder = path.LastIndexOf(part, StringComparison.Ordinal);
        return folder < 0 ? path : $"{path[..folder]}/labels/{path[(folder + part.Length)..]}";
    }

    private static (string Folder, string Image)[] Find(YoloConfig config, ConversionContext context)
    {
        ConversionOptions options = context.Options;
        string[] wanted = [.. options.Split is { } one ? [one] : YoloConfig.SplitNames.Where(config.Splits.ContainsKey)];
        if (wanted.FirstOrDefault(split => !config.Splits.ContainsKey(split)) is { } missing)
        {
            throw InputException.ForSetting(
                "ConversionOptions.Split",
                $"{options.Input} has no part '{missing}'; it has {string.Join(", ", config.Splits.Keys)}.");
        }

        // A file may name the same images for train and val.
        List<string> places = [];
        List<string> lost = [];
        foreach (string split in wanted)
        {
            foreach (string place in config.Splits[split])
            {
                if (PlaceOf(config.Root, place) is not { } found)
                {
                    lost.Add($"{split}: '{place}': no such folder of images, and no file that lists them");
                }
                else if (!places.Contains(found))
                {
                    places.Add(found);
                }
            }
        }

        if (places.Count == 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, options.Input, null,
                lost.Count > 0 ? lost[0] + "." : "names no folder of images (train, val, test).");
        }

        foreach (string example in lost)
        {
            context.Losses.Add(LossKind.IgnoredParts, $"{options.Input}: {example}");
        }

        (string, string)[] images =
        [
            .. places.SelectMany(place => ImagesIn(place, config.Root, context).Select(image => places.Count == 1 && Directory.Exists(place)
                ? (place, Path.GetRelativePath(place, image).Replace('\\', '/'))
                : (config.Root, Path.GetRelativePath(config.Root, image).Replace('\\', '/')))),
        ];
        return images.Length > 0
            ? images
            : throw new InputException(
                InputErrorKind.Invalid, options.Input, null,
                $"its folders hold no image: {string.Join(", ", places)}");
    }

    /// <summary>
    /// Where a part lies. Roboflow writes <c>../train/images</c> for a folder next to data.yaml, which Ultralytics finds without the dots;
    /// a path of another machine is found by its last folders.
    /// </summary>
    private static string? PlaceOf(string root, string place)
    {
        string path = place.Replace('\\', '/');
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string inside = string.Join('/', parts.SkipWhile(part => part is ".." or "."));
        IEnumerable<string> candidates = [path, inside.Length > 0 ? inside : "."];
        if (path.StartsWith('/') || path.Contains(":/", StringComparison.Ordinal))
        {
            candidates = candidates.Concat(Enumerable.Range(1, Math.Max(0, parts.Length - 2)).Select(i => string.Join('/', parts[i..])));
        }

        // A whole disk is not a folder of images: listing it would take forever and reach folders that may not be read.
        return candidates.Select(candidate => Path.GetFullPath(Path.Combine(root, candidate)))
            .FirstOrDefault(candidate => Path.Exists(candidate) && Path.GetPathRoot(candidate) != candidate) is { } found
            ? Path.TrimEndingDirectorySeparator(found)
            : null;
    }

    /// <summary>The images of a folder, or those that a text file lists, a path on each line.</summary>
    private static IEnumerable<string> ImagesIn(string place, string root, ConversionContext context)
    {
        if (!Directory.Exists(place))
        {
            return context.Text.ReadLines(place).Select(line => line.Trim()).Where(line => line.Length > 0)
                .Select(line => Path.GetFullPath(Listed(Path.GetDirectoryName(place)!, root, line)));
        }

        string[] images = [.. ImageFiles.List(place).Select(image => Path.Combine(place, image))];
        AddUnused(place, images, context);
        return images;
    }

    /// <summary>
    /// The image that a line names: from the list's folder, from the dataset's, or below a folder that only its writer has.
    /// </summary>
    private static string Listed(string folder, string root, string line)
    {
        string path = DatasetPath.Normalize(line);
        string beyond = path[(path.IndexOf('/') + 1)..];
        string first = DatasetPath.Resolve(folder, line);
        return new[] { first, DatasetPath.Resolve(root, line), Path.Combine(folder, beyond) }.FirstOrDefault(File.Exists) ?? first;
    }

    /// <summary>Names labels of a folder of images that have no image, and images of kinds that are not read.</summary>
    private static void AddUnused(string place, string[] images, ConversionContext context)
    {
        FormatImageFiles.AddUnsupported(place, context.Losses);
        string labels = LabelFolderOf(place + "/").TrimEnd('/');
        if (!Directory.Exists(labels))
        {
            return;
        }

        HashSet<string> known = [.. images.Select(LabelsOf)];
        foreach (string file in FolderTree.EnumerateFiles(labels, "*.txt").Order(StringComparer.Ordinal))
        {
            bool unused = !YoloFolder.IsNoLabel(file) && !known.Contains(file.Replace('\\', '/'));
            context.Losses.Add(LossKind.LabelsWithoutImage, file, unused ? 1 : 0);
        }
    }
}
