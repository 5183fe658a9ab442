using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.MaskPngs;

/// <summary>Reads masks: each number of a PNG but 0 is an object, all of one class.</summary>
internal static class MaskReader
{
    private const string DefaultClass = "object";

    /// <summary>Reads a dataset; images are taken in the order of the masks' names, objects in the order of their numbers.</summary>
    /// <exception cref="InputException">A mask has no image, is not a PNG or has another size, or several classes were asked
    /// for.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        string[] names = [.. context.Classes?.Names ?? [DefaultClass]];
        if (names.Length != 1)
        {
            throw InputException.ForSetting(
                "ConversionOptions.Classes",
                $"names {names.Length} classes; masks do not hold the class of an object, so give one.");
        }

        MaskFiles files = MaskFiles.Find(context.Options);
        context.Images = files.Images;
        string[] masks =
        [
            .. ImageFiles.List(files.Masks).Where(file => ImageFiles.FormatOf(file) == ImageFormat.Png),
        ];
        bool pennFudan = masks.All(mask => StemOf(mask).EndsWith(MaskFiles.PennFudanSuffix, StringComparison.Ordinal));
        string suffix = context.Options.MaskSuffix ?? (pennFudan ? MaskFiles.PennFudanSuffix : "");
        masks = [.. masks.Where(m => StemOf(m).EndsWith(suffix, StringComparison.Ordinal))];
        if (masks.Length == 0)
        {
            throw new InputException(InputErrorKind.Invalid, files.Masks, null, $"holds no mask (*{suffix}.png).");
        }

        Dictionary<string, string>? images = files.Images is null ? null : FormatImageFiles.ByStem(files.Images);
        IReadOnlyList<FormatImage> read = context.ReadImages(masks.Length, i =>
        {
            string stem = StemOf(masks[i])[..^suffix.Length];
            return ReadOne(Path.Combine(files.Masks, masks[i]), Image(images, stem, files, masks[i]), names[0], context);
        });
        HashSet<string> labeled = [.. masks.Select(mask => StemOf(mask)[..^suffix.Length])];
        foreach (string image in images?.Where(pair => !labeled.Contains(pair.Key)).Select(pair => pair.Value) ?? [])
        {
            context.Losses.Add(LossKind.UnlabeledImages, image);
        }

        if (files.Images is { } folder)
        {
            FormatImageFiles.AddUnsupported(folder, context.Losses);
        }

        return InstanceBuilder.Build(read, names, context);
    }

    private static string StemOf(string mask) => Path.ChangeExtension(mask, null);

    private static string Image(Dictionary<string, string>? images, string stem, MaskFiles files, string mask) =>
        images is null ? stem + ".png"
        : images.TryGetValue(stem, out string? image) ? image
        : throw new InputException(
            InputErrorKind.Invalid, Path.Combine(files.Masks, mask), null,
            $"{files.Images} has no image {stem} ({ImageFiles.ExtensionList}).");

    private static FormatImage ReadOne(string path, string image, string className, ConversionContext context)
    {
        LabelMap map = LabelMap.Load(path);
        ImageSize size = new(map.Width, map.Height);
        if (context.Images is { } folder && FormatImageFiles.SizeOf(folder, image) is var actual && actual != size)
        {
            throw new InputException(InputErrorKind.Invalid, path, null, $"is {size}, but its image {image} is {actual}.");
        }

        SortedDictionary<int, Rle> masks = map.ToMasks();
        int next = 1;
        foreach (int number in masks.Keys)
        {
            context.Losses.Add(LossKind.SegmentIds, $"{number} of {path}", number == next++ ? 0 : 1);
        }

        return new FormatImage(
            image, size, [.. masks.Values.Select(mask => new FormatObject(className, CocoSegmentation.FromRle(mask)))]);
    }
}
