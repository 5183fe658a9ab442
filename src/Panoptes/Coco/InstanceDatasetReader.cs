using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco;

/// <summary>Reads the lists of an instance JSON. Each object is checked at its end, when its id is known wherever the key stood.</summary>
internal sealed class InstanceDatasetReader(InstanceDatasetOptions options)
{
    private readonly SegmentationReader _segmentation = new();

    private delegate void ObjectReader(ref JsonFileReader json, int index);

    public List<CocoImage> Images { get; } = [];

    public List<CocoCategory> Categories { get; } = [];

    public List<InstanceDraft> Annotations { get; } = [];

    public List<DatasetWarning> Warnings { get; } = [];

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="InputException">A key is missing or a value is not what it must be.</exception>
    public void Read(ref JsonFileReader json)
    {
        json.Read();
        if (json.Token == JsonTokenType.StartArray)
        {
            throw new InputException(
                "holds a list, so it looks like a results file; a data set is an object with images, annotations and categories.");
        }

        if (json.Token != JsonTokenType.StartObject)
        {
            throw new InputException("holds no object; a data set is one with images, annotations and categories.");
        }

        bool images = false;
        bool categories = false;
        bool annotations = false;
        while (json.ReadProperty())
        {
            if (json.Is("images"u8))
            {
                images = true;
                ReadList(ref json, "images", ReadImage);
            }
            else if (json.Is("categories"u8))
            {
                categories = true;
                ReadList(ref json, "categories", ReadCategory);
            }
            else if (json.Is("annotations"u8))
            {
                annotations = true;
                ReadList(ref json, "annotations", ReadAnnotation);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        json.Read(); // complains about anything after the object
        if (!images || !categories || !annotations)
        {
            string missing = !images ? "images" : !categories ? "categories" : "annotations";
            throw new InputException($"lacks the key '{missing}'; a data set has images, annotations and categories.");
        }
    }

    private static void ReadList(ref JsonFileReader json, string key, ObjectReader read)
    {
        json.Read();
        if (json.Token != JsonTokenType.StartArray)
        {
            throw new InputException($"{key} is {json.Describe()}; it must be a list.");
        }

        for (int index = 0; json.ReadElement(); index++)
        {
            if (json.Token != JsonTokenType.StartObject)
            {
                throw new InputException($"{key}[{index}] is {json.Describe()}; it must be an object.");
            }

            read(ref json, index);
        }
    }

    private void ReadImage(ref JsonFileReader json, int index)
    {
        FieldErrors errors = default;
        long? id = null;
        string fileName = "";
        long width = 0;
        long height = 0;
        while (json.ReadProperty())
        {
            bool isId = json.Is("id"u8);
            bool isWidth = json.Is("width"u8);
            bool isHeight = json.Is("height"u8);
            bool isFileName = json.Is("file_name"u8);
            json.Read();
            if (isId)
            {
                id = errors.Integer(ref json, "id", long.MinValue, long.MaxValue);
            }
            else if (isWidth)
            {
                width = errors.Integer(ref json, "width", 1, int.MaxValue);
            }
            else if (isHeight)
            {
                height = errors.Integer(ref json, "height", 1, int.MaxValue);
            }
            else if (isFileName)
            {
                fileName = errors.Text(ref json, "file_name");
            }

            json.Skip();
        }

        errors.Require(id, "id");
        errors.Throw("image", id, "images", index);
        Images.Add(new CocoImage(id!.Value, fileName, (int)width, (int)height));
    }

    private void ReadCategory(ref JsonFileReader json, int index)
    {
        FieldErrors errors = default;
        long? id = null;
        string? name = null;
        string? supercategory = null;
        while (json.ReadProperty())
        {
            bool isId = json.Is("id"u8);
            bool isName = json.Is("name"u8);
            bool isSupercategory = json.Is("supercategory"u8);
            json.Read();
            if (isId)
            {
                id = errors.Integer(ref json, "id", int.MinValue, int.MaxValue);
            }
            else if (isName)
            {
                name = errors.Text(ref json, "name");
            }
            else if (isSupercategory)
            {
                supercategory = json.GetString();
            }

            json.Skip();
        }

        errors.Require(id, "id");
        errors.Throw("category", id, "categories", index);
        Categories.Add(new CocoCategory((int)id!.Value, name ?? $"category {id}", supercategory));
    }

    private void ReadAnnotation(ref JsonFileReader json, int index)
    {
        FieldErrors errors = default;
        long? id = null;
        long? imageId = null;
        long? categoryId = null;
        BoxXywh? box = null;
        double? area = null;
        bool crowd = false;
        bool panoptic = false;
        _segmentation.Reset();
        while (json.ReadProperty())
        {
            if (json.Is("segmentation"u8))
            {
                json.Read();
                if (options.Masks)
                {
                    _segmentation.Read(ref json);
                    errors.Add(_segmentation.Problem);
                }
                else
                {
                    json.Skip();
                }

                continue;
            }

            bool isId = json.Is("id"u8);
            bool isImageId = json.Is("image_id"u8);
            bool isCategoryId = json.Is("category_id"u8);
            bool isBox = json.Is("bbox"u8);
            bool isArea = json.Is("area"u8);
            bool isCrowd = json.Is("iscrowd"u8);
            panoptic |= json.Is("segments_info"u8);
            json.Read();
            if (isId)
            {
                id = errors.Integer(ref json, "id", long.MinValue, long.MaxValue);
            }
            else if (isImageId)
            {
                imageId = errors.Integer(ref json, "image_id", long.MinValue, long.MaxValue);
            }
            else if (isCategoryId)
            {
                categoryId = errors.Integer(ref json, "category_id", int.MinValue, int.MaxValue);
            }
            else if (isBox)
            {
                box = errors.Box(ref json);
                continue;
            }
            else if (isArea)
            {
                area = errors.Number(ref json, "area");
            }
            else if (isCrowd)
            {
                crowd = errors.Flag(ref json, "iscrowd");
            }

            json.Skip();
        }

        if (panoptic)
        {
            throw new InputException(
                $"annotations[{index}] has segments_info, so this is a panoptic data set; an instance data set is needed.");
        }

        errors.Require(id, "id");
        errors.Require(imageId, "image_id");
        errors.Require(categoryId, "category_id");
        CocoSegmentation? segmentation = options.Masks ? TakeSegmentation(ref errors, id ?? 0) : null;
        if (!options.Masks && box is null)
        {
            errors.Add("the key bbox is missing");
        }

        errors.Throw("annotation", id, "annotations", index);
        Annotations.Add(new InstanceDraft(id!.Value, imageId!.Value, (int)categoryId!.Value, box, area, crowd, segmentation));
    }

    private CocoSegmentation? TakeSegmentation(ref FieldErrors errors, long id)
    {
        if (errors.Any)
        {
            return null;
        }

        foreach (int numbers in _segmentation.Removed)
        {
            Warnings.Add(new DatasetWarning(
                DatasetWarningKind.InvalidPolygon,
                id,
                $"annotation {id}: a polygon of {numbers} numbers was removed; 6 or more are needed, and an even count."));
        }

        if (_segmentation.IsRle)
        {
            try
            {
                return CocoSegmentation.FromRle(_segmentation.ToRle());
            }
            catch (InputException e)
            {
                errors.Add($"segmentation: {e.Message.TrimEnd('.')}");
                return null;
            }
        }

        return _segmentation.Polygons.Count > 0 ? CocoSegmentation.FromPolygons(_segmentation.Polygons) : null;
    }
}
