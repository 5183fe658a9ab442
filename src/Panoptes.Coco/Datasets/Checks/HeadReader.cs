using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Reads the images and classes of one block of a file, without complaining about values.</summary>
internal sealed class HeadReader(InputLimits limits)
{
    /// <summary>The block's images: each is made once its place in the file is known.</summary>
    public List<Func<int, ImageEntry>> Images { get; } = [];

    /// <summary>The block's classes: each is made once its place in the file is known.</summary>
    public List<Func<int, ClassEntry>> Classes { get; } = [];

    /// <summary>Whether the block begins the annotations, and the first has segments: the dataset is panoptic.</summary>
    public bool HasSegments { get; private set; }

    /// <summary>The block's elements that have a key twice, with the key.</summary>
    public List<string> DuplicateKeys { get; } = [];

    /// <summary>Reads a whole file with all cores.</summary>
    /// <exception cref="InputException">The file is not JSON, or a list is missing.</exception>
    public static IReadOnlyList<HeadReader> Read(string path, InputLimits limits, CancellationToken cancellationToken) => JsonLists.Read(
        path,
        (ref JsonReader json, JsonBlock block) => new HeadReader(limits).Read(ref json, block),
        (ref JsonReader json) => JsonElements.RequireLists(
            ref json,
            "a dataset has images, annotations and categories",
            ["images", "categories", "annotations"],
            []),
        cancellationToken);

    private HeadReader Read(ref JsonReader json, JsonBlock block)
    {
        if (block.List is null)
        {
            throw InputException.InContent(
                null,
                "holds a list, so it looks like a results file; a dataset is an object with images, annotations and categories.");
        }

        // What is read later, or not at all, is copied into a repaired file.
        JsonText.RequireUnicode(block.Text, file: null, block.List);
        json.Read();
        for (int index = block.FirstElement; JsonElements.TryNext(ref json, block, out JsonReader element); index++)
        {
            if (UniqueKeys.FirstTwice(element) is { } twice)
            {
                DuplicateKeys.Add($"{block.List}[{index}]: {twice}");
            }

            switch (block.List)
            {
                case "images":
                    ReadImage(ref element);
                    break;
                case "categories":
                    ReadClass(ref element);
                    break;
                case "annotations" when index == 0:
                    HasSegments = ReadsSegments(ref element); // the first tells
                    break;
                case "annotations":
                    break;
                default:
                    return this;
            }
        }

        return this;
    }

    private void ReadImage(ref JsonReader json)
    {
        EntryId id = default;
        Loose<long> width = default;
        Loose<long> height = default;
        LooseText file = default;
        string? address = null;
        bool isObject = Enter(ref json);
        while (isObject && json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = ReadId(ref json);
            }
            else if (key.SequenceEqual("width"u8))
            {
                width = Loose.Integer(ref json, 1, int.MaxValue);
            }
            else if (key.SequenceEqual("height"u8))
            {
                height = Loose.Integer(ref json, 1, int.MaxValue);
            }
            else if (key.SequenceEqual("file_name"u8))
            {
                file = Loose.Text(ref json);
            }
            else if (key.SequenceEqual("coco_url"u8))
            {
                address = json.GetString();
                json.Skip();
            }
            else
            {
                json.Skip();
            }
        }

        if (file.Value is null or "" && file.Wrong is null && address is not null)
        {
            file = new LooseText(DatasetPath.NameInAddress(address)); // LVIS has no file_name
        }

        if (width.Value is { } w && height.Value is { } h && ImageBounds.Problem(w, h, limits) is { } problem)
        {
            throw InputException.InContent($"image {id}", $"{problem}.", InputErrorKind.TooLarge);
        }

        bool sized = width.Value is not null && height.Value is not null;
        ImageSize size = sized ? new ImageSize((int)width.Value!, (int)height.Value!) : default;
        Images.Add(index => new ImageEntry(index, isObject ? id : null, file, size));
    }

    private void ReadClass(ref JsonReader json)
    {
        EntryId id = default;
        Loose<bool> isThing = default;
        string? name = null;
        bool isObject = Enter(ref json);
        while (isObject && json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = ReadId(ref json);
            }
            else if (key.SequenceEqual("isthing"u8))
            {
                isThing = Loose.Flag(ref json);
            }
            else if (key.SequenceEqual("name"u8))
            {
                name = Loose.Text(ref json).Value;
            }
            else
            {
                json.Skip();
            }
        }

        Classes.Add(index => new ClassEntry(index, isObject ? id : null, string.IsNullOrEmpty(name) ? null : name, isThing.Value));
    }

    private static EntryId ReadId(ref JsonReader json)
    {
        EntryId id = new(json.GetId(), CocoId.TextOf(json.GetString()));
        json.Skip();
        return id;
    }

    private static bool ReadsSegments(ref JsonReader json)
    {
        for (bool more = Enter(ref json); more && json.ReadProperty();)
        {
            if (json.Name.SequenceEqual("segments_info"u8))
            {
                return true;
            }

            json.Read();
            json.Skip();
        }

        return false;
    }

    /// <summary>Whether an object begins here; skips whatever else does.</summary>
    internal static bool Enter(ref JsonReader json)
    {
        if (json.Token == JsonTokenType.StartObject)
        {
            return true;
        }

        json.Skip();
        return false;
    }
}
