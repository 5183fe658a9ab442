using Panoptes.Coco;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Datasets.Formats.MaskPngs;

/// <summary>Reads masks: each number of a PNG but 0 is an object, all of one class.</summary>
internal static class MaskReader
{
    private const string DefaultClass = "object";

    /// <summary>Reads a data set; pictures are taken in the order of the masks' names, objects in the order of their numbers.</summary>
    /// <exception cref="InputException">A mask has no picture, is no PNG or has another size, or several classes were asked
    /// for.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        string[] names = [.. context.Classes?.Names ?? [DefaultClass]];
        if (names.Length != 1)
        {
            throw new InputException($"--classes: names {names.Length} classes; masks do not hold the class of an object, so give one.");
        }

        MaskFiles files = MaskFiles.Find(context.Options);
        context.Pictures = files.Images;
        string[] masks =
        [
            .. ImageFiles.List(files.Masks).Where(file => ImageFiles.FormatOf(file) == ImageFormat.Png),
        ];
        bool pennFudan = masks.All(mask => StemOf(mask).EndsWith(MaskFiles.PennFudanSuffix, StringComparison.Ordinal));
        string suffix = context.Options.MaskSuffix ?? (pennFudan ? MaskFiles.PennFudanSuffix : "");
        masks = [.. masks.Where(m => StemOf(m).EndsWith(suffix, StringComparison.Ordinal))];
        if (masks.Length == 0)
        {
            throw new InputException($"{files.Masks}: holds no mask (*{suffix}.png).");
        }

        Dictionary<string, string>? pictures = files.Images is null ? null : PictureFiles.ByStem(files.Images);
        FormatPicture[] read = new FormatPicture[masks.Length];
        context.ForEachPicture("read", masks.Length, i =>
        {
            string stem = StemOf(masks[i])[..^suffix.Length];
            read[i] = ReadOne(Path.Combine(files.Masks, masks[i]), Picture(pictures, stem, files, masks[i]), names[0], context);
        });
        foreach (string picture in pictures?.Values.Except(read.Select(r => r.FileName)) ?? [])
        {
            context.Losses.Add(LossKind.UnlabelledPictures, picture);
        }

        return InstanceBuilder.Build(read, names, context);
    }

    private static string StemOf(string mask) => Path.ChangeExtension(mask, null);

    private static string Picture(Dictionary<string, string>? pictures, string stem, MaskFiles files, string mask) =>
        pictures is null ? stem + ".png"
        : pictures.TryGetValue(stem, out string? picture) ? picture
        : throw new InputException(
            $"{Path.Combine(files.Masks, mask)}: {files.Images} has no picture {stem} ({ImageFiles.ExtensionList}).");

    private static FormatPicture ReadOne(string path, string picture, string className, ConversionContext context)
    {
        LabelMap map = LabelMap.Load(path);
        ImageSize size = new(map.Width, map.Height);
        if (context.Pictures is { } images && PictureFiles.SizeOf(images, picture) is var actual && actual != size)
        {
            throw new InputException($"{path}: is {size}, but its picture {picture} is {actual}.");
        }

        SortedDictionary<int, Rle> masks = LabelMasks.Split(map);
        int next = 1;
        foreach (int number in masks.Keys)
        {
            context.Losses.Add(LossKind.SegmentIds, $"{number} of {path}", number == next++ ? 0 : 1);
        }

        return new FormatPicture(
            picture, size, [.. masks.Values.Select(mask => new FormatObject(className, CocoSegmentation.FromRle(mask)))]);
    }
}
