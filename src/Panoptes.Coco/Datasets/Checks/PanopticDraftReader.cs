using System.Text.Json;
using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Reads panoptic annotations without complaining.</summary>
internal static class PanopticDraftReader
{
    private const int LargestId = 0xFFFFFF; // three bytes of a color

    /// <summary>Reads a whole file with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The annotations in the file's order; null where an element is not an object.</returns>
    /// <exception cref="InputException">The file is not JSON.</exception>
    public static PanopticDraft?[] Read(string path, CancellationToken cancellationToken) =>
    [
        .. JsonLists.Read(
            path,
            (ref JsonReader json, JsonBlock block) => ReadBlock(ref json, block),
            (ref JsonReader _) => { },
            cancellationToken).SelectMany(block => block),
    ];

    private static List<PanopticDraft?> ReadBlock(ref JsonReader json, JsonBlock block)
    {
        List<PanopticDraft?> drafts = [];
        if (block.List == "annotations")
        {
            json.Read();
            while (JsonElements.TryNext(ref json, block, out JsonReader element))
            {
                drafts.Add(HeadReader.Enter(ref element) ? ReadAnnotation(ref element) : null);
            }
        }

        return drafts;
    }

    private static PanopticDraft ReadAnnotation(ref JsonReader json)
    {
        Loose<long> imageId = default;
        string? fileName = null;
        List<SegmentDraft>? segments = null;
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("image_id"u8))
            {
                imageId = Loose.Id(ref json);
            }
            else if (key.SequenceEqual("file_name"u8))
            {
                fileName = json.GetString();
                json.Skip();
            }
            else if (key.SequenceEqual("segments_info"u8) && json.Token == JsonTokenType.StartArray)
            {
                segments = ReadSegments(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new PanopticDraft(imageId, string.IsNullOrEmpty(fileName) ? null : fileName, segments);
    }

    private static List<SegmentDraft> ReadSegments(ref JsonReader json)
    {
        List<SegmentDraft> segments = [];
        while (json.ReadElement())
        {
            segments.Add(ReadSegment(ref json));
        }

        return segments;
    }

    // An element that is not an object becomes a segment of which everything is missing.
    private static SegmentDraft ReadSegment(ref JsonReader json)
    {
        SegmentDraft draft = new(default, default, default, default, default);
        for (bool more = HeadReader.Enter(ref json); more && json.ReadProperty();)
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                draft = draft with { Id = Loose.Integer(ref json, 1, LargestId) };
            }
            else if (key.SequenceEqual("category_id"u8))
            {
                draft = draft with { CategoryId = Loose.Id(ref json) };
            }
            else if (key.SequenceEqual("area"u8))
            {
                draft = draft with { Area = Loose.Number(ref json) };
            }
            else if (key.SequenceEqual("iscrowd"u8))
            {
                draft = draft with { IsCrowd = Loose.Flag(ref json) };
            }
            else if (key.SequenceEqual("bbox"u8))
            {
                draft = draft with { Box = ObjectReader.ReadBox(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return draft;
    }
}
