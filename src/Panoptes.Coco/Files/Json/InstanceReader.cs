using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Reads blocks of an instance JSON, one after the other. Each object is checked at its end, when its id is known wherever the key stood.
/// </summary>
internal sealed class InstanceReader(bool masks, bool skipInvalid, InputLimits limits)
{
    private const int Id = 0;
    private const int ImageId = 1;
    private const int CategoryId = 2;
    private const int Bbox = 3;
    private const int Area = 4;
    private const int IsCrowd = 5;
    private const int Segmentation = 6;
    private const int SegmentsInfo = 7;

    private readonly PropertyNames _names = new(
        "id", "image_id", "category_id", "bbox", "area", "iscrowd", "segmentation", "segments_info");
    private readonly SegmentationReader _segmentation = new();
    private InstanceBlock _block = new();

    /// <summary>Reads a whole file with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Whether masks are read.</param>
    /// <param name="skipInvalid">Whether malformed elements become warnings.</param>
    /// <param name="limits">How large images may be; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static List<InstanceBlock> Read(
        string path, bool masks, bool skipInvalid = false, InputLimits? limits = null, CancellationToken cancellationToken = default) =>
        Read(path, masks, block => block, skipInvalid, limits, cancellationToken);

    /// <summary>Reads a file with all cores and makes something of each block, which need not keep it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Whether masks are read.</param>
    /// <param name="convert">Makes something of a block; called from several threads.</param>
    /// <param name="skipInvalid">Whether malformed elements become warnings.</param>
    /// <param name="limits">How large images may be; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What was made, in the file's order.</returns>
    /// <exception cref="InputException">The file is missing or malformed, or <paramref name="convert"/> complained.</exception>
    public static List<TPart> Read<TPart>(
        string path,
        bool masks,
        Func<InstanceBlock, TPart> convert,
        bool skipInvalid = false,
        InputLimits? limits = null,
        CancellationToken cancellationToken = default) => JsonLists.Read<TPart>(
        path,
        () =>
        {
            InstanceReader reader = new(masks, skipInvalid, limits ?? InputLimits.Default);
            return (ref JsonReader json, JsonBlock block) => convert(reader.Read(ref json, block));
        },
        (ref JsonReader json) => JsonElements.RequireLists(
            ref json,
            "a dataset has images, annotations and categories",
            ["images", "categories", "annotations"],
            []),
        cancellationToken);

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
            "holds a list, so it looks like a results file; a dataset is an object with images, annotations and categories.");
        return _block;
    }

    private void ReadImage(ref JsonReader json, int index)
    {
        try
        {
            _block.Images.Add(JsonElements.ReadImage(ref json, index, limits));
        }
        catch (InputException e) when (skipInvalid)
        {
            AddInvalid(e);
        }
    }

    private void AddInvalid(InputException e, long id = 0) =>
        _block.Warnings.Add(new DatasetWarning(DatasetWarningKind.Invalid, id, e.Message));

    private void ReadCategory(ref JsonReader json, int index)
    {
        try
        {
            _block.Categories.Add(JsonElements.ReadCategory(ref json, index).ToCategory());
        }
        catch (InputException e) when (skipInvalid)
        {
            AddInvalid(e);
        }
    }

    private void ReadAnnotation(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long id = 0;
        long imageId = 0;
        long categoryId = 0;
        BoxXywh? box = null;
        double? area = null;
        bool crowd = false;
        _segmentation.Reset();
        _names.Begin();
        while (_names.TryNext(ref json, out int name))
        {
            json.Read();
            switch (name)
            {
                case Id:
                    id = errors.Id(ref json, "id");
                    break;
                case ImageId:
                    imageId = errors.Id(ref json, "image_id");
                    break;
                case CategoryId:
                    categoryId = errors.Id(ref json, "category_id");
                    break;
                case Bbox:
                    box = errors.Box(ref json);
                    break;
                case Area:
                    area = errors.Number(ref json, "area");
                    break;
                case IsCrowd:
                    crowd = errors.Flag(ref json, "iscrowd");
                    break;
                case Segmentation when masks:
                    _segmentation.Read(ref json);
                    errors.Add(_segmentation.Problem);
                    break;
                case SegmentsInfo:
                    throw InputException.InContent(
                        null,
                        $"annotations[{index}] has segments_info, so this is a panoptic dataset; an instance dataset is needed.");
            }

            json.Skip();
        }

        _names.RequireUnique(ref errors);
        _names.Require(Id, ref errors);
        _names.Require(ImageId, ref errors);
        _names.Require(CategoryId, ref errors);
        StoredMask mask = masks ? TakeMask(ref errors, id) : default;
        if (!masks && box is null)
        {
            errors.Missing("bbox");
        }

        try
        {
            errors.Throw("annotation", _names.Has(Id) ? id : null, "annotations", index);
        }
        catch (InputException e) when (skipInvalid)
        {
            AddInvalid(e, id);
            return;
        }

        _block.Annotations.Add(new InstanceDraft(id, imageId, categoryId, box, area, crowd, mask));
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
