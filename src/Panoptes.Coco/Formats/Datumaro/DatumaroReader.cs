using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Datumaro;

/// <summary>
/// Reads Datumaro's JSON: <c>annotations/PART.json</c> with items, the images in <c>images</c> or <c>images/PART</c>. Annotations of one
/// label and one group are one object.
/// </summary>
internal static class DatumaroReader
{
    /// <summary>Whether the keys of a JSON are Datumaro's.</summary>
    public static bool Is(IReadOnlySet<string> keys) => keys.Contains("items") && keys.Contains("categories") && !keys.Contains("images");

    /// <summary>Reads a dataset; images come in the order of the items.</summary>
    /// <exception cref="InputException">The file is malformed.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        string path = context.Options.Input;
        string part = Path.GetFileNameWithoutExtension(path);
        FormatImageNames names = FormatImageNames.Find(context, "../images", "images", ".");
        return FormatJson.Load(path, context.Text, root =>
        {
            if (root.Get("items") is not { ValueKind: JsonValueKind.Array } list)
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, null,
                    "holds no object with the list 'items', so it is not Datumaro's.");
            }

            string[] labels = [.. (root.Get("categories")?.Get("label") ?? root).List("labels").Select(label => label.Name("name") ?? "")];
            JsonElement[] items = [.. list.EnumerateArray()];
            IReadOnlyList<FormatImage> read = context.ReadImages(
                items.Length, i => ReadItem(items[i], new FormatPlace(path, $"items[{i}]"), part, labels, names, context));
            return InstanceBuilder.Build(read, labels, context);
        });
    }

    private static FormatImage ReadItem(
        JsonElement item, FormatPlace place, string part, string[] labels, FormatImageNames names, ConversionContext context)
    {
        string id = item.Name("id") ?? throw place.Invalid("the key id is missing.");
        JsonElement? image = item.Get("image") ?? item.Get("media");
        string stated = image?.Text("path") is { Length: > 0 } path ? path : id + ".jpg";
        string[] other = [.. ImageFiles.Extensions.SelectMany(e => new[] { id + e, $"{part}/{id}{e}" })];
        string file = names.NameOf([stated, $"{part}/{stated}", DatasetPath.Normalize(stated).Split('/')[^1], .. other]);
        double?[] sides = [.. (image ?? item).List("size").Select(side => FormatJson.NumberIn(side))];
        ImageSize size = sides is [{ } height, { } width] && height >= 1 && width >= 1 && height <= int.MaxValue && width <= int.MaxValue
            ? new ImageSize((int)width, (int)height)
            : FormatImageFiles.SizeOf(context.Images, file);
        List<(string? Group, FormatObject Item)> objects = [];
        int number = 0;
        foreach (JsonElement annotation in item.List("annotations"))
        {
            FormatPlace where = place.In($": annotations[{number++}]");
            if (context.Read(
                LossKind.InvalidObjects, () => DatumaroShape.Read(annotation, size, labels, where, context.Losses)) is { } read)
            {
                string? group = annotation.Number("group") is { } value && value != 0 ? $"{read.ClassName}\n{value}" : null;
                objects.Add((group, read));
            }
        }

        return new FormatImage(
            file,
            size,
            [
                .. objects.GroupBy(o => o.Group ?? o.Item.Place!)
                    .SelectMany(group => DatumaroShape.Join([.. group.Select(o => o.Item)], size, context.Losses)),
            ]);
    }
}
