using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Json;

/// <summary>
/// Reads blocks of an instance JSON, one after the other. Each object is checked at its end, when its id is known wherever the key stood.
/// </summary>
internal sealed class InstanceReader(bool masks)
{
    private readonly SegmentationReader _segmentation = new();
    private InstanceBlock _block = new();

    /// <summary>Reads a whole file with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Whether masks are read.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static List<InstanceBlock> Read(string path, bool masks) => Read(path, masks, block => block);

    /// <summary>Reads a file with all cores and makes something of each block, which need not keep it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Whether masks are read.</param>
    /// <param name="convert">Makes something of a block; called from several threads.</param>
    /// <returns>What was made, in the file's order.</returns>
    /// <exception cref="InputException">The file is missing or malformed, or <paramref name="convert"/> complained.</exception>
    public static List<TPart> Read<TPart>(string path, bool masks, Func<InstanceBlock, TPart> convert) => JsonLists.Read<TPart>(
        path,
        () =>
        {
            InstanceReader reader = new(masks);
            return (ref JsonReader json, JsonBlock block) => convert(reader.Read(ref json, block));
        },
        (ref JsonReader json) => JsonElements.RequireLists(
            ref json,
            "a data set is one with images, annotations and categories",
            ["images", "categories", "annotations"],
            []));

    private InstanceBlock Read(ref JsonReader json, JsonBlock block)
    {
        _block = new InstanceBlock();
        _segmentation.Begin(block.Length);
        JsonElements.ReadNamed(
            ref json,
            block,
            list => list switch
            {
                "images" => ReadImage,
                "categories" => ReadCategory,
                "annotations" => ReadAnnotation,
                _ => null,
            },
            "holds a list, so it looks like a results file; a data set is an object with images, annotations and categories.");
        return _block;
    }

    private void ReadImage(ref JsonReader json, int index) => _block.Images.Add(JsonElements.ReadImage(ref json, index));

    private void ReadCategory(ref JsonReader json, int index)
    {
        CategoryDraft draft = JsonElements.ReadCategory(ref json, index);
        _block.Categories.Add(new CocoCategory(draft.Id, draft.Name, draft.Supercategory) { Frequency = draft.Frequency });
    }

    private void ReadAnnotation(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long? id = null;
        long? imageId = null;
        long? categoryId = null;
        BoxXywh? box = null;
        double? area = null;
        bool crowd = false;
        _segmentation.Reset();
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = errors.Integer(ref json, "id", long.MinValue, long.MaxValue);
            }
            else if (key.SequenceEqual("image_id"u8))
            {
                imageId = errors.Integer(ref json, "image_id", long.MinValue, long.MaxValue);
            }
            else if (key.SequenceEqual("category_id"u8))
            {
                categoryId = errors.Integer(ref json, "category_id", int.MinValue, int.MaxValue);
            }
            else if (key.SequenceEqual("bbox"u8))
            {
                box = errors.Box(ref json);
            }
            else if (key.SequenceEqual("area"u8))
            {
                area = errors.Number(ref json, "area");
            }
            else if (key.SequenceEqual("iscrowd"u8))
            {
                crowd = errors.Flag(ref json, "iscrowd");
            }
            else if (masks && key.SequenceEqual("segmentation"u8))
            {
                _segmentation.Read(ref json);
                errors.Add(_segmentation.Problem);
            }
            else if (key.SequenceEqual("segments_info"u8))
            {
                throw new InputException(
                    $"annotations[{index}] has segments_info, so this is a panoptic data set; an instance data set is needed.");
            }

            json.Skip();
        }

        errors.Require(id, "id");
        errors.Require(imageId, "image_id");
        errors.Require(categoryId, "category_id");
        StoredMask mask = masks ? TakeMask(ref errors, id ?? 0) : default;
        if (!masks && box is null)
        {
            errors.Add("the key bbox is missing");
        }

        errors.Throw("annotation", id, "annotations", index);
        _block.Annotations.Add(new InstanceDraft(id!.Value, imageId!.Value, (int)categoryId!.Value, box, area, crowd, mask));
    }

    private StoredMask TakeMask(ref FieldErrors errors, long id)
    {
        if (errors.Any)
        {
            return default;
        }

        foreach (int numbers in _segmentation.Removed)
        {
            _block.Warnings.Add(new DatasetWarning(
                DatasetWarningKind.InvalidPolygon,
                id,
                $"annotation {id}: a polygon of {numbers} numbers was removed; 6 or more are needed, and an even count."));
        }

        return _segmentation.Mask;
    }
}
