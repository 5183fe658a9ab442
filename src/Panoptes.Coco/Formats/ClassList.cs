using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Formats;

/// <summary>The classes that the user gave, in their order.</summary>
internal sealed class ClassList
{
    private ClassList(string source, IReadOnlyList<CategoryDraft> categories)
    {
        Source = source;
        Categories = categories;
        if (categories.Count == 0)
        {
            throw new InputException(InputErrorKind.Invalid, source, null, "names no class.");
        }

        Require(categories.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1)?.Key, "name");
        Require(categories.GroupBy(c => c.Id).FirstOrDefault(g => g.Count() > 1)?.Key.ToString(), "id");
    }

    /// <summary>Where they come from, for messages.</summary>
    public string Source { get; }

    /// <summary>The classes; whether they are things is known only where a JSON said so.</summary>
    public IReadOnlyList<CategoryDraft> Categories { get; }

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => Categories.Select(c => c.Name);

    /// <summary>Reads what <see cref="ConversionOptions.Classes"/> holds.</summary>
    /// <exception cref="InputException">A file is malformed, or a name or id occurs twice.</exception>
    public static ClassList Read(string text)
    {
        if (!File.Exists(text))
        {
            return Path.GetExtension(text) is ".json" or ".txt"
                ? throw InputException.ForSetting("ConversionOptions.Classes", $"{text}: file not found.", InputErrorKind.NotFound)
                : Of("ConversionOptions.Classes", text.Split(','));
        }

        return Path.GetExtension(text) == ".json" ? new ClassList(text, ReadJson(text)) : Of(text, InputFile.ReadLines(text));
    }

    /// <summary>Classes with the ids that a COCO file gave them.</summary>
    public static ClassList Of(string source, IReadOnlyList<CategoryDraft> categories) => new(source, categories);

    /// <summary>Classes by their names, numbered from 1.</summary>
    public static ClassList Of(string source, IEnumerable<string> names) =>
        new(
            source,
            [
                .. names.Select(name => name.Trim()).Where(name => name.Length > 0)
                    .Select((name, i) => new CategoryDraft(i + 1, name, null, null, null, null)),
            ]);

    /// <summary>The classes as a panoptic dataset needs them.</summary>
    /// <exception cref="InputException">It is not said which are things.</exception>
    public IReadOnlyList<PanopticCategory> ToPanoptic() =>
    [
        .. Categories.Select(c => new PanopticCategory(
            c.Id,
            c.Name,
            c.IsThing ?? throw new InputException(
                InputErrorKind.Invalid, Source, null,
                $"the class {c.Id} ({c.Name}) is missing the key isthing, 1 for things and 0 for stuff."),
            c.Color,
            c.Supercategory)),
    ];

    private static List<CategoryDraft> ReadJson(string path)
    {
        try
        {
            using JsonDocument json = JsonFile.Load(path);
            JsonElement list = json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("categories", out JsonElement inner)
                ? inner
                : json.RootElement;
            if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(c => c.ValueKind != JsonValueKind.Object))
            {
                throw InputException.InContent(null, "holds no list of classes, and no object with the list 'categories'.");
            }

            return [.. list.EnumerateArray().Select((category, i) => ReadCategory(category.GetRawText(), i))];
        }
        catch (JsonException e)
        {
            throw JsonLists.Locate(path, e);
        }
        catch (InputException e) when (e.File is null)
        {
            throw e.InFile(path);
        }
    }

    private static CategoryDraft ReadCategory(string text, int index)
    {
        JsonReader json = new(System.Text.Encoding.UTF8.GetBytes(text));
        json.Read();
        return JsonElements.ReadCategory(ref json, index);
    }

    private void Require(string? twice, string key)
    {
        if (twice is not null)
        {
            throw new InputException(
                InputErrorKind.Invalid, Source, null,
                $"the {key} '{twice}' occurs twice; every class needs its own.");
        }
    }
}
