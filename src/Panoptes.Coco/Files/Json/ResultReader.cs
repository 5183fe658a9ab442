using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Files.Json;

/// <summary>Reads blocks of a results file, one after the other.</summary>
internal sealed class ResultReader(ResultMasks masks)
{
    private const int ImageId = 0;
    private const int CategoryId = 1;
    private const int Score = 2;
    private const int Bbox = 3;
    private const int Segmentation = 4;

    private readonly PropertyNames _names = new("image_id", "category_id", "score", "bbox", "segmentation");
    private readonly SegmentationReader _segmentation = new();
    private DetectionRow[] _rows = [];
    private StoredMask[] _masks = [];
    private int _count;
    private Dictionary<long, string>? _texts;

    /// <summary>Reads a whole file with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Which masks to read; run lengths are not looked into.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static DetectionTable Read(
        string path, ResultMasks masks, CancellationToken cancellationToken = default) => new(JsonLists.Read<DetectionBlock>(
        path,
        () => new ResultReader(masks).Read,
        (ref JsonReader json) =>
        {
            json.Read();
            if (json.Token != JsonTokenType.StartArray)
            {
                throw NoList();
            }
        },
        cancellationToken));

    private void NoteText(ref JsonReader json, long id)
    {
        if (json.Token == JsonTokenType.String)
        {
            _texts ??= [];
            _texts[id] = json.GetString()!;
        }
    }

    private static InputException NoList() =>
        InputException.InContent(
        null,
        "holds no list; a results file is a list of detections (a dataset with annotations is not one).");

    private DetectionBlock Read(ref JsonReader json, JsonBlock block)
    {
        if (block.List is not null)
        {
            throw NoList();
        }

        _rows = new DetectionRow[block.Elements];
        _masks = [];
        _count = 0;
        _texts = null;
        _segmentation.Begin(block.Length);
        JsonElements.ReadObjects(ref json, block, ReadDetection);
        return new DetectionBlock(block.FirstElement, _rows, _masks) { Texts = _texts };
    }

    private void ReadDetection(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long imageId = 0;
        long categoryId = 0;
        double score = 0;
        BoxXywh? box = null;
        JsonReader segmentation = default;
        _segmentation.Reset();
        _names.Begin();
        while (_names.TryNext(ref json, out int name))
        {
            json.Read();
            switch (name)
            {
                case ImageId:
                    imageId = errors.Id(ref json, "image_id");
                    NoteText(ref json, imageId);
                    break;
                case CategoryId:
                    categoryId = errors.Id(ref json, "category_id");
                    NoteText(ref json, categoryId);
                    break;
                case Score:
                    score = errors.Number(ref json, "score");
                    break;
                case Bbox:
                    box = errors.Box(ref json);
                    break;
                case Segmentation:
                    segmentation = json; // which mask is needed shows once it is known whether there is a box
                    break;
            }

            json.Skip();
        }

        if (_names.Has(Segmentation) && (masks == ResultMasks.All || box is null))
        {
            _segmentation.Read(ref segmentation);
            errors.Add(_segmentation.Problem);
            errors.Add(_segmentation.IsPolygons
                ? "segmentation holds polygons; results hold masks as RLE, an object with size and counts"
                : null);
        }

        _names.RequireUnique(ref errors);
        _names.Require(ImageId, ref errors);
        _names.Require(CategoryId, ref errors);
        _names.Require(Score, ref errors);
        StoredMask mask = _segmentation.Mask;
        if (box is null && !mask.Exists)
        {
            errors.Add("neither bbox nor segmentation is there");
        }

        errors.Throw("detection", null, "", index);
        if (mask.Exists)
        {
            _masks = _masks.Length == 0 ? new StoredMask[_rows.Length] : _masks;
            _masks[_count] = mask;
        }

        _rows[_count++] = new DetectionRow(imageId, categoryId, box, score);
    }
}
