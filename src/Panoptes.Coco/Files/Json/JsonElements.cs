using System.Text;
using System.Text.Json;
using Panoptes.Imaging;

namespace Panoptes.Coco.Files.Json;

/// <summary>What readers of COCO's files share.</summary>
internal static class JsonElements
{
    /// <summary>Reads one object of a list, whose place in it is given; the reader stands on its first bracket.</summary>
    public delegate void ElementReader(ref JsonReader json, int index);

    /// <summary>Reads the objects of a block of a list that the file's root object names; lists without a reader are skipped.</summary>
    /// <param name="json">Stands before the list's bracket.</param>
    /// <param name="block">The block.</param>
    /// <param name="readerOf">What reads a list's objects, by its name; null to skip the list.</param>
    /// <param name="rootIsList">The complaint about a file that is a list itself.</param>
    /// <exception cref="InputException">The file is a list, an element no object, or the reader complained.</exception>
    public static void ReadNamed(ref JsonReader json, JsonBlock block, Func<string, ElementReader?> readerOf, string rootIsList)
    {
        if (block.List is not { } name)
        {
            throw InputException.InContent(null, rootIsList);
        }

        if (readerOf(name) is { } read)
        {
            ReadObjects(ref json, block, read);
        }
    }

    /// <summary>Reads the objects of a block.</summary>
    /// <exception cref="InputException">An element is not an object, or <paramref name="read"/> complained.</exception>
    public static void ReadObjects(ref JsonReader json, JsonBlock block, ElementReader read)
    {
        json.Read();
        for (int index = block.FirstElement; json.ReadElement(); index++)
        {
            if (json.Token != JsonTokenType.StartObject)
            {
                throw InputException.InContent(null, $"{block.List}[{index}] is {json.Describe()}; it must be an object.");
            }

            read(ref json, index);
        }
    }

    /// <summary>
    /// Goes to the next element of a block and gives a reader that ends with it: however wrong the element is, the next begins where the
    /// list says.
    /// </summary>
    /// <param name="json">Stands behind the block's bracket or behind an element.</param>
    /// <param name="block">The block.</param>
    /// <param name="element">Stands on the element's first token.</param>
    public static bool TryNext(ref JsonReader json, JsonBlock block, out JsonReader element)
    {
        element = default;
        if (!json.ReadElement())
        {
            return false;
        }

        element = json;
        if (json.Token is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            int start = json.Position - 1;
            json.Skip();
            element = new JsonReader(block.Text[start..json.Position]);
            element.Read();
        }

        return true;
    }

    /// <summary>Checks that a file's root is an object with lists.</summary>
    /// <param name="json">The file without the lists' elements.</param>
    /// <param name="kind">What the file should be, for messages: "a dataset is one with images".</param>
    /// <param name="required">Lists that must be there.</param>
    /// <param name="optional">Lists that may be there.</param>
    /// <exception cref="InputException">The root is something else, a list is missing, or its key holds no list.</exception>
    public static void RequireLists(ref JsonReader json, string kind, string[] required, string[] optional)
    {
        json.Read();
        if (json.Token != JsonTokenType.StartObject)
        {
            throw InputException.InContent(null, $"holds no object; {kind}.");
        }

        HashSet<string> found = [];
        while (json.ReadProperty())
        {
            string key = Encoding.UTF8.GetString(json.Name);
            json.Read();
            if ((required.Contains(key) || optional.Contains(key)) && json.Token != JsonTokenType.StartArray)
            {
                throw InputException.InContent(null, $"{key} is {json.Describe()}; it must be a list.");
            }

            if (!found.Add(key))
            {
                throw InputException.InContent(null, $"the key {key} occurs twice; a list stands in a file once.");
            }

            json.Skip();
        }

        if (required.FirstOrDefault(key => !found.Contains(key)) is { } missing)
        {
            throw InputException.InContent(
                null,
                $"is missing the key '{missing}'; {kind.Replace("is one with", "has", StringComparison.Ordinal)}.");
        }
    }

    /// <summary>Reads an element of the list <c>images</c>.</summary>
    /// <exception cref="InputException">It has no id, a value is not what it must be, or its size is above the limits.</exception>
    public static CocoImage ReadImage(ref JsonReader json, int index, InputLimits limits)
    {
        FieldErrors errors = default;
        long? id = null;
        string? idText = null;
        string fileName = "";
        string? address = null;
        long width = 0;
        long height = 0;
        long[]? negative = null;
        long[]? notExhaustive = null;
        UniqueKeys keys = new(json);
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            keys.Note(key);
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = errors.Id(ref json, "id");
                idText = CocoId.TextOf(json.GetString());
            }
            else if (key.SequenceEqual("width"u8))
            {
                width = errors.Integer(ref json, "width", 1, int.MaxValue);
            }
            else if (key.SequenceEqual("height"u8))
            {
                height = errors.Integer(ref json, "height", 1, int.MaxValue);
            }
            else if (key.SequenceEqual("file_name"u8))
            {
                fileName = errors.Text(ref json, "file_name");
            }
            else if (key.SequenceEqual("coco_url"u8))
            {
                address = json.GetString();
            }
            else if (key.SequenceEqual("neg_category_ids"u8))
            {
                negative = errors.Ids(ref json, "neg_category_ids");
            }
            else if (key.SequenceEqual("not_exhaustive_category_ids"u8))
            {
                notExhaustive = errors.Ids(ref json, "not_exhaustive_category_ids");
            }

            json.Skip();
        }

        keys.Require(ref errors);
        errors.Require(id, "id");
        if (ImageBounds.Problem(width, height, limits) is { } tooLarge)
        {
            errors.Add(tooLarge);
        }

        errors.Throw("image", id, "images", index);
        fileName = fileName.Length == 0 && address is not null ? DatasetPath.NameInAddress(address) : fileName; // LVIS has no file_name
        return new CocoImage(id!.Value, DatasetPath.Visible(fileName), (int)width, (int)height)
        {
            IdText = idText,
            Federated = negative is null && notExhaustive is null ? null : new FederatedLabels(negative ?? [], notExhaustive ?? []),
        };
    }

    /// <summary>Reads an element of the list <c>categories</c>.</summary>
    /// <exception cref="InputException">It has no id, or a value is not what it must be.</exception>
    public static CategoryDraft ReadCategory(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long? id = null;
        string? idText = null;
        string? name = null;
        string? supercategory = null;
        string? frequency = null;
        bool? isThing = null;
        Rgb? color = null;
        UniqueKeys keys = new(json);
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            keys.Note(key);
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = errors.Id(ref json, "id");
                idText = CocoId.TextOf(json.GetString());
            }
            else if (key.SequenceEqual("name"u8))
            {
                name = errors.Text(ref json, "name");
            }
            else if (key.SequenceEqual("supercategory"u8))
            {
                supercategory = json.GetString();
            }
            else if (key.SequenceEqual("frequency"u8))
            {
                frequency = json.GetString();
            }
            else if (key.SequenceEqual("isthing"u8))
            {
                isThing = errors.Flag(ref json, "isthing");
            }
            else if (key.SequenceEqual("color"u8))
            {
                color = errors.Color(ref json);
            }

            json.Skip();
        }

        keys.Require(ref errors);
        errors.Require(id, "id");
        errors.Throw("category", id, "categories", index);
        return new CategoryDraft(id!.Value, name ?? $"category {idText ?? $"{id}"}", supercategory, frequency, isThing, color)
        {
            IdText = idText,
        };
    }
}
