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
        YoloConfig config = YoloConfig.Load(context.Options.Input);
        (string Folder, string Image)[] images = Find(config, context.Options);
        context.Images ??= images[0].Folder;
        FormatImage[] read = new FormatImage[images.Length];
        context.ForEachImage("read", images.Length, i =>
        {
            string path = Path.Combine(images[i].Folder, images[i].Image);
            ImageSize size = Image.ReadSize(path);
            read[i] = new FormatImage(images[i].Image, size, YoloLabels.Read(LabelsOf(path), size, config.Names, context.Losses));
        });
        return InstanceBuilder.Build(read, config.Names, context);
    }

    /// <summary>Where an image's labels lie: labels instead of the last folder images of its path, and .txt.</summary>
    public static string LabelsOf(string image)
    {
        const string part = "/images/";
        string path = image.Replace('\\', '/');
        int folder = path.LastIndexOf(part, StringComparison.Ordinal);
        return Path.ChangeExtension(folder < 0 ? path : $"{path[..folder]}/labels/{path[(folder + part.Length)..]}", ".txt");
    }

    private static (string Folder, string Image)[] Find(YoloConfig config, ConversionOptions options)
    {
        string[] wanted = [.. options.Split is { } one ? [one] : YoloConfig.SplitNames.Where(config.Splits.ContainsKey)];
        if (wanted.FirstOrDefault(split => !config.Splits.ContainsKey(split)) is { } missing)
        {
            throw new InputException(
                $"ConversionOptions.Split: {options.Input} has no part '{missing}'; it has {string.Join(", ", config.Splits.Keys)}.");
        }

        // A file may name the same images for train and val.
        IEnumerable<string> named = wanted.SelectMany(split => config.Splits[split]);
        string[] places = [.. named.Select(place => Path.GetFullPath(Path.Combine(config.Root, place))).Distinct()];
        (string, string)[] images =
        [
            .. places.SelectMany(place => ImagesIn(place).Select(image => places.Length == 1 && Directory.Exists(place)
                ? (place, Path.GetRelativePath(place, image).Replace('\\', '/'))
                : (config.Root, Path.GetRelativePath(config.Root, image).Replace('\\', '/')))),
        ];
        return images.Length > 0
            ? images
            : throw new InputException($"{options.Input}: its folders hold no image: {string.Join(", ", places)}");
    }

    /// <summary>The images of a folder, or those that a text file lists, a path on each line.</summary>
    private static IEnumerable<string> ImagesIn(string place)
    {
        if (Directory.Exists(place))
        {
            return ImageFiles.List(place).Select(image => Path.Combine(place, image));
        }

        return File.Exists(place)
            ? InputFile.ReadLines(place).Select(line => line.Trim()).Where(line => line.Length > 0)
                .Select(line => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(place)!, line)))
            : throw new InputException($"{place}: no such folder of images, and no file that lists them; data.yaml names it.");
    }
}
