using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.LabelStudio;

/// <summary>
/// Reads Label Studio's JSON and JSON-MIN (labelstud.io/guide/export): a list of tasks, each an image with its annotations. Of several
/// annotations of a task the ground truth is read, or the first that was not cancelled.
/// </summary>
internal static class LabelStudioReader
{
    /// <summary>Whether the keys of a JSON are those of a list of tasks.</summary>
    /// <param name="isList">Whether its root is a list.</param>
    /// <param name="keys">The keys of its first element.</param>
    public static bool Is(bool isList, IReadOnlySet<string> keys) =>
        isList && (keys.Contains("annotation_id")
            || (keys.Contains("data") && (keys.Contains("annotations") || keys.Contains("completions"))));

    /// <summary>Reads a dataset; images come in the order of the tasks.</summary>
    /// <exception cref="InputException">The file is malformed.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        string path = context.Options.Input;
        FormatImageNames names = FormatImageNames.Find(context, "images", ".", "../images");
        return FormatJson.Load(path, context.Text, root =>
        {
            JsonElement[] tasks = root.ValueKind switch
            {
                JsonValueKind.Array => [.. root.EnumerateArray()],
                JsonValueKind.Object => [root], // one task
                _ => throw new InputException(InputErrorKind.Invalid, path, null, "holds no list of tasks, so it is not Label Studio's."),
            };
            IReadOnlyList<FormatImage> read = context.ReadImages(
                tasks.Length, i => ReadTask(tasks[i], new FormatPlace(path, $"[{i}]"), names, context));
            return InstanceBuilder.Build(read, declared: null, context);
        });
    }

    private static FormatImage? ReadTask(JsonElement task, FormatPlace place, FormatImageNames names, ConversionContext context)
    {
        if (task.ValueKind != JsonValueKind.Object)
        {
            throw place.Invalid("is not an object.");
        }

        JsonElement data = task.Get("data") ?? task;
        if (AddressOf(data) is not { } address)
        {
            throw place.Invalid("data names no image.");
        }

        List<(JsonElement Region, FormatPlace Place)>? regions = RegionsOf(task, place, context.Losses);
        if (regions is null)
        {
            context.Losses.Add(LossKind.UnlabeledImages, $"{place} ({address})");
            return null;
        }

        string image = names.NameOf(NamesOf(address, task.Text("file_upload")));
        (int? width, int? height) = (null, null);
        foreach ((JsonElement region, FormatPlace _) in regions)
        {
            (width, height) = (width ?? region.Length("original_width"), height ?? region.Length("original_height"));
        }

        ImageSize size = width is { } columns && height is { } rows
            ? new ImageSize(columns, rows)
            : FormatImageFiles.SizeOf(context.Images, image);
        return new FormatImage(image, size, ReadRegions(regions, size, context));
    }

    private static List<FormatObject> ReadRegions(
        List<(JsonElement Region, FormatPlace Place)> regions, ImageSize size, ConversionContext context)
    {
        // Where the labels are a control of their own, a region stands there once with its label and once without.
        HashSet<string> labeled =
        [
            .. regions.Where(r => LabelStudioRegion.LabelOf(ValueOf(r.Region)) is not null).Select(r => r.Region.Text("id") ?? ""),
        ];
        List<FormatObject> objects = [];
        foreach ((JsonElement region, FormatPlace place) in regions)
        {
            JsonElement value = ValueOf(region);
            string? label = LabelStudioRegion.LabelOf(value);
            if (!LabelStudioRegion.HasArea(value))
            {
                LossKind kind = value.Get("x") is null ? LossKind.Attributes : LossKind.Shapes;
                context.Losses.Add(kind, kind == LossKind.Shapes ? place : region.Text("type") ?? place);
            }
            else if (label is null)
            {
                bool twin = region.Text("id") is { } id && labeled.Contains(id);
                context.Losses.Add(LossKind.InvalidObjects, $"{place}: has no label", twin ? 0 : 1);
            }
            else if (context.Read(
                LossKind.InvalidObjects, () => ReadRegion(value, label, size, place, context.Losses)) is { } item)
            {
                objects.Add(item);
            }
        }

        return objects;
    }

    private static FormatObject? ReadRegion(JsonElement value, string label, ImageSize size, FormatPlace place, LossLog losses)
    {
        try
        {
            return LabelStudioRegion.Read(value, label, size, place, losses);
        }
        catch (InputException e) when (e.File is null)
        {
            throw place.Invalid(e.Message, e);
        }
    }

    // JSON-MIN has no value: its keys stand in the region.
    private static JsonElement ValueOf(JsonElement region) => region.Get("value") ?? region;

    /// <summary>The regions of a task; null for one without annotations.</summary>
    private static List<(JsonElement, FormatPlace)>? RegionsOf(JsonElement task, FormatPlace place, LossLog losses)
    {
        string key = task.Get("annotations") is not null ? "annotations" : "completions";
        if (task.Get(key) is { ValueKind: JsonValueKind.Array })
        {
            JsonElement[] valid = [.. task.List(key).Where(a => a.Get("was_cancelled") is not { ValueKind: JsonValueKind.True })];
            if (valid.Length == 0)
            {
                return null;
            }

            losses.Add(LossKind.IgnoredParts, $"{place}: other annotations of the same task", valid.Length - 1);
            int chosen = Math.Max(0, Array.FindIndex(valid, a => a.Get("ground_truth") is { ValueKind: JsonValueKind.True }));
            return [.. valid[chosen].List("result").Select((region, i) => (region, place.In($": result[{i}]")))];
        }

        if (task.Get("data") is not null)
        {
            return null;
        }

        List<(JsonElement, FormatPlace)> regions = [];
        foreach (JsonProperty property in task.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array))
        {
            regions.AddRange(property.Value.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object)
                .Select((region, i) => (region, place.In($": {property.Name}[{i}]"))));
        }

        return regions;
    }

    /// <summary>The address of the image: the first text of the data that ends like one.</summary>
    private static string? AddressOf(JsonElement data)
    {
        foreach (JsonProperty property in data.ValueKind == JsonValueKind.Object ? data.EnumerateObject() : default)
        {
            if (property.Value.ValueKind == JsonValueKind.String
                && property.Value.GetString() is { } text
                && (ImageFiles.HasImageExtension(text) || ImageFiles.HasImageExtension(text.Split('?')[0])))
            {
                return text;
            }
        }

        return data.Text("image") ?? data.Text("img");
    }

    /// <summary>
    /// The names that an image may have on the disk. What Label Studio serves has an address, whose letters are escaped: as it stands, and
    /// unescaped; an upload has its name behind the eight digits and a dash that Label Studio puts before it.
    /// </summary>
    private static string[] NamesOf(string address, string? upload)
    {
        const string local = "?d=";
        int at = address.IndexOf(local, StringComparison.Ordinal);
        bool served = address.Contains("://", StringComparison.Ordinal) || address.StartsWith("/data/", StringComparison.Ordinal);
        string path = at >= 0 ? address[(at + local.Length)..] : served ? address.Split('?')[0] : address;
        string name = NameIn(path);
        string plain = NameIn(Uri.UnescapeDataString(path));
        int dash = plain.IndexOf('-', StringComparison.Ordinal);
        string original = dash is > 0 and < 12 ? plain[(dash + 1)..] : plain;
        string[] names = at >= 0 ? [Uri.UnescapeDataString(path), path, plain, name] : served ? [plain, name] : [path, name, plain];
        return [.. names, .. upload is null ? Array.Empty<string>() : [upload], original];

        static string NameIn(string text) => text[(text.Replace('\\', '/').LastIndexOf('/') + 1)..];
    }
}
