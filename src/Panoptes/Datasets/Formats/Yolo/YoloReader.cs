using Panoptes.Coco;
using Panoptes.Imaging;

namespace Panoptes.Datasets.Formats.Yolo;

/// <summary>Reads an Ultralytics data set for segmentation.</summary>
internal static class YoloReader
{
    /// <summary>
    /// Reads one part or all of them. Pictures are named relative to the part's folder; where there are several, relative to the data
    /// set's.
    /// </summary>
    /// <exception cref="InputException">A file is missing or malformed.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        YoloConfig config = YoloConfig.Load(context.Options.Input);
        (string Folder, string Picture)[] pictures = Find(config, context.Options);
        context.Pictures ??= pictures[0].Folder;
        FormatPicture[] read = new FormatPicture[pictures.Length];
        context.ForEachPicture("read", pictures.Length, i =>
        {
            string path = Path.Combine(pictures[i].Folder, pictures[i].Picture);
            ImageSize size = Image.ReadSize(path);
            read[i] = new FormatPicture(pictures[i].Picture, size, YoloLabels.Read(LabelsOf(path), size, config.Names, context.Losses));
        });
        return InstanceBuilder.Build(read, config.Names, context);
    }

    /// <summary>Where a picture's labels lie: labels instead of the last folder images of its path, and .txt.</summary>
    public static string LabelsOf(string picture)
    {
        const string images = "/images/";
        string path = picture.Replace('\\', '/');
        int folder = path.LastIndexOf(images, StringComparison.Ordinal);
        return Path.ChangeExtension(folder < 0 ? path : $"{path[..folder]}/labels/{path[(folder + images.Length)..]}", ".txt");
    }

    private static (string Folder, string Picture)[] Find(YoloConfig config, ConversionOptions options)
    {
        string[] wanted = [.. options.Split is { } one ? [one] : YoloConfig.SplitNames.Where(config.Splits.ContainsKey)];
        if (wanted.FirstOrDefault(split => !config.Splits.ContainsKey(split)) is { } missing)
        {
            throw new InputException($"--split: {options.Input} has no part '{missing}'; it has {string.Join(", ", config.Splits.Keys)}.");
        }

        // A file may name the same pictures for train and val.
        IEnumerable<string> named = wanted.SelectMany(split => config.Splits[split]);
        string[] places = [.. named.Select(place => Path.GetFullPath(Path.Combine(config.Root, place))).Distinct()];
        (string, string)[] pictures =
        [
            .. places.SelectMany(place => PicturesIn(place).Select(picture => places.Length == 1 && Directory.Exists(place)
                ? (place, Path.GetRelativePath(place, picture).Replace('\\', '/'))
                : (config.Root, Path.GetRelativePath(config.Root, picture).Replace('\\', '/')))),
        ];
        return pictures.Length > 0
            ? pictures
            : throw new InputException($"{options.Input}: its folders hold no picture: {string.Join(", ", places)}");
    }

    /// <summary>The pictures of a folder, or those that a text file lists, a path on each line.</summary>
    private static IEnumerable<string> PicturesIn(string place)
    {
        if (Directory.Exists(place))
        {
            return ImageFiles.List(place).Select(picture => Path.Combine(place, picture));
        }

        return File.Exists(place)
            ? File.ReadLines(place).Select(line => line.Trim()).Where(line => line.Length > 0)
                .Select(line => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(place)!, line)))
            : throw new InputException($"{place}: no such folder of pictures, and no file that lists them; data.yaml names it.");
    }
}
