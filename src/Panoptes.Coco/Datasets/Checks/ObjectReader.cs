using System.Text.Json;
using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Reads annotations of instance datasets without complaining; used by one thread.</summary>
internal sealed class ObjectReader
{
    private readonly ObjectDraft _draft = new();

    /// <summary>Reads one annotation; null where there is no object. The draft is valid until the next one is read.</summary>
    /// <param name="json">Stands on the element's first token; on its last one afterwards.</param>
    public ObjectDraft? Read(ref JsonReader json)
    {
        _draft.Clear();
        if (!HeadReader.Enter(ref json))
        {
            return null;
        }

        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                _draft.Id = Loose.Id(ref json);
            }
            else if (key.SequenceEqual("image_id"u8))
            {
                _draft.ImageId = Loose.Id(ref json);
            }
            else if (key.SequenceEqual("category_id"u8))
            {
                _draft.CategoryId = Loose.Id(ref json);
            }
            else if (key.SequenceEqual("bbox"u8))
            {
                _draft.Box = ReadBox(ref json);
            }
            else if (key.SequenceEqual("area"u8))
            {
                _draft.Area = Loose.Number(ref json);
            }
            else if (key.SequenceEqual("iscrowd"u8))
            {
                _draft.IsCrowdLike = json.TryGetNumber(out double number) && number != 0;
                _draft.IsCrowd = Loose.Flag(ref json);
            }
            else if (key.SequenceEqual("segmentation"u8))
            {
                ReadMask(ref json, _draft.Mask);
            }
            else
            {
                json.Skip();
            }
        }

        return _draft;
    }

    /// <summary>A box: four finite numbers; skips whatever else stands there.</summary>
    internal static Loose<BoxXywh> ReadBox(ref JsonReader json)
    {
        double[]? numbers = Loose.Numbers(ref json, out string? wrong);
        return numbers switch
        {
            null => new Loose<BoxXywh>(null, wrong),
            [double x, double y, double width, double height] => new Loose<BoxXywh>(new BoxXywh(x, y, width, height)),
            _ => new Loose<BoxXywh>(null, $"{numbers.Length} numbers"),
        };
    }

    private static void ReadMask(ref JsonReader json, MaskDraft mask)
    {
        mask.Clear();
        switch (json.Token)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.StartArray:
                ReadPolygons(ref json, mask);
                break;
            case JsonTokenType.StartObject:
                mask.Exists = true;
                ReadRunLengths(ref json, mask);
                break;
            default:
                mask.Exists = true;
                mask.Wrong = json.Describe();
                break;
        }
    }

    private static void ReadPolygons(ref JsonReader json, MaskDraft mask)
    {
        List<double> bare = [];
        while (json.ReadElement())
        {
            mask.Exists = true;
            if (json.TryGetNumber(out double number))
            {
                bare.Add(number);
                mask.IsBare = true;
                continue;
            }

            AddPolygon(mask, Loose.Numbers(ref json, out string? wrong), wrong);
        }

        if (mask.IsBare)
        {
            AddPolygon(mask, [.. bare], null);
        }
    }

    private static void AddPolygon(MaskDraft mask, double[]? polygon, string? wrong)
    {
        wrong ??= polygon!.Length < 6 || polygon.Length % 2 != 0 ? $"{polygon.Length} numbers" : null;
        wrong ??= polygon!.Any(number => Math.Abs(number) > Rle.MaxCoordinate) ? "a number beyond any image" : null;
        if (wrong is null)
        {
            mask.Polygons.Add(polygon!);
        }
        else
        {
            mask.WrongPolygons.Add(wrong);
            mask.IsUnclear |= polygon is null || polygon.Length >= 6 || polygon.Length % 2 != 0;
        }
    }

    /// <summary>Run lengths are read as the dataset's reader does, which says what is wrong.</summary>
    private static void ReadRunLengths(ref JsonReader json, MaskDraft mask)
    {
        SegmentationReader reader = new();
        reader.Read(ref json);
        mask.Wrong = reader.Problem;
        if (mask.Wrong is not null)
        {
            return;
        }

        try
        {
            mask.Rle = reader.Mask.ToRle();
        }
        catch (InputException e)
        {
            mask.Wrong = e.Message.TrimEnd('.');
        }
    }
}
