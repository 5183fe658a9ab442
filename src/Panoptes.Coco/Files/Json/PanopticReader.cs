using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Files.Json;

/// <summary>Reads blocks of a panoptic JSON, one after the other.</summary>
internal sealed class PanopticReader(bool skipInvalid, InputLimits limits)
{
    private const int LargestId = 0xFFFFFF; // three bytes of a color

    private PanopticBlock _block = new() { Skipped = skipInvalid ? [] : null };

    /// <summary>Reads a whole file with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large images may be.</param>
    /// <param name="skipInvalid">Whether malformed elements are skipped and kept as <see cref="PanopticBlock.Skipped"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static PanopticBlock Read(string path, InputLimits limits, bool skipInvalid, CancellationToken cancellationToken)
    {
        PanopticBlock all = new() { Skipped = skipInvalid ? [] : null };
        JsonLists
            .Read<PanopticBlock>(
                path,
                () => new PanopticReader(skipInvalid, limits).Read,
                (ref JsonReader json) => JsonElements.RequireLists(
                    ref json, "a panoptic file has annotations", ["annotations"], ["images", "categories"]),
                cancellationToken)
            .ForEach(all.Add);
        return all;
    }

    private PanopticBlock Read(ref JsonReader json, JsonBlock block)
    {
        _block = new PanopticBlock { Skipped = skipInvalid ? [] : null };
        JsonElements.ReadNamed(
            ref json,
            block,
            list => list switch
            {
                "images" => Read(ReadImage),
                "categories" => Read(ReadCategory),
                "annotations" => Read(ReadAnnotation),
                _ => null,
            },
            "holds a list; a panoptic file is an object with annotations.");
        return _block;
    }

    private JsonElements.ElementReader Read(JsonElements.ElementReader read) => (ref JsonReader json, int index) =>
    {
        try
        {
            read(ref json, index);
        }
        catch (InputException e) when (skipInvalid)
        {
            _block.Skipped!.Add(e); // complained about at the element's end
        }
    };

    private void ReadImage(ref JsonReader json, int index) => _block.Images.Add(JsonElements.ReadImage(ref json, index, limits));

    private void ReadCategory(ref JsonReader json, int index)
    {
        CategoryDraft draft = JsonElements.ReadCategory(ref json, index);
        FieldErrors errors = default;
        errors.Require(draft.IsThing, "isthing");
        errors.Throw("category", draft.Id, "categories", index);
        _block.Categories.Add(new PanopticCategory(draft.Id, draft.Name, draft.IsThing!.Value, draft.Color, draft.Supercategory)
        {
            IdText = draft.IdText,
        });
    }

    private void ReadAnnotation(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long? imageId = null;
        string? imageText = null;
        string? fileName = null;
        List<PanopticSegment>? segments = null;
        UniqueKeys keys = new(json);
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            keys.Note(key);
            json.Read();
            if (key.SequenceEqual("image_id"u8))
            {
                imageId = errors.Id(ref json, "image_id");
                imageText = CocoId.TextOf(json.GetString());
            }
            else if (key.SequenceEqual("file_name"u8))
            {
                fileName = errors.Text(ref json, "file_name");
            }
            else if (key.SequenceEqual("segments_info"u8))
            {
                segments = [];
                ReadSegments(ref json, segments, ref errors);
            }

            json.Skip();
        }

        keys.Require(ref errors);
        errors.Require(imageId, "image_id");
        if (fileName is null)
        {
            errors.Missing("file_name");
        }

        errors.Add(segments is null
            ? "the key segments_info is missing, so this is not a panoptic annotation (instance annotations have a segmentation each)"
            : null);
        errors.Throw("annotation of image_id", imageId, "annotations", index);
        _block.Annotations.Add(new PanopticAnnotation(imageId!.Value, fileName!, segments!) { ImageIdText = imageText });
    }

    private static void ReadSegments(ref JsonReader json, List<PanopticSegment> segments, ref FieldErrors errors)
    {
        if (json.Token != JsonTokenType.StartArray)
        {
            errors.Add($"segments_info is {json.Describe()}; it must be a list");
            return;
        }

        while (json.ReadElement())
        {
            if (json.Token != JsonTokenType.StartObject)
            {
                errors.Add($"segments_info[{segments.Count}] is {json.Describe()}; it must be an object");
                json.Skip();
                continue;
            }

            segments.Add(ReadSegment(ref json, segments.Count, ref errors));
        }
    }

    private static PanopticSegment ReadSegment(ref JsonReader json, int index, ref FieldErrors errors)
    {
        long? id = null;
        long? categoryId = null;
        long? area = null;
        bool crowd = false;
        BoxXywh? box = null;
        UniqueKeys keys = new(json);
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            keys.Note(key);
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = errors.Integer(ref json, $"segments_info[{index}].id", 0, LargestId);
            }
            else if (key.SequenceEqual("category_id"u8))
            {
                categoryId = errors.Id(ref json, $"segments_info[{index}].category_id");
            }
            else if (key.SequenceEqual("area"u8))
            {
                area = errors.Integer(ref json, $"segments_info[{index}].area", 0, long.MaxValue);
            }
            else if (key.SequenceEqual("iscrowd"u8))
            {
                crowd = errors.Flag(ref json, $"segments_info[{index}].iscrowd");
            }
            else if (key.SequenceEqual("bbox"u8))
            {
                box = errors.Box(ref json);
            }

            json.Skip();
        }

        keys.Require(ref errors);
        errors.Require(id, $"segments_info[{index}].id");
        errors.Require(categoryId, $"segments_info[{index}].category_id");
        return new PanopticSegment((int)(id ?? 0), categoryId ?? 0, area, crowd, box);
    }
}
