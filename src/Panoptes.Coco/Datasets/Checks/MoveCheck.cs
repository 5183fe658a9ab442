using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>
/// Tells whether objects of an image with a wrong size have to move with it: not where one of them goes beyond the stated size, or has run
/// lengths of the file's size. Then they were drawn in the file as it is, and only the stated size is wrong.
/// </summary>
internal static class MoveCheck
{
    private const double Outside = 1; // pixels

    /// <summary>Takes the move from images whose objects must not move.</summary>
    /// <param name="path">The dataset, with instances.</param>
    /// <param name="head">Its images, whose files were looked at.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is not JSON.</exception>
    public static void Confirm(string path, DatasetHead head, CancellationToken cancellationToken)
    {
        if (head.Images.All(image => image.Move is null))
        {
            return;
        }

        List<List<ImageEntry>> stay = JsonLists.Read(
            path,
            (ref JsonReader json, JsonBlock block) => Find(ref json, block, head),
            (ref JsonReader _) => { },
            cancellationToken);
        foreach (ImageEntry image in stay.SelectMany(block => block))
        {
            image.Move = null;
        }
    }

    private static List<ImageEntry> Find(ref JsonReader json, JsonBlock block, DatasetHead head)
    {
        List<ImageEntry> stay = [];
        if (block.List == "annotations")
        {
            ObjectReader reader = new();
            json.Read();
            while (JsonElements.TryNext(ref json, block, out JsonReader element))
            {
                if (reader.Read(ref element) is { } draft && head.TryGetImage(draft.ImageId.Value, out ImageEntry? image)
                    && (image.JoinedTo ?? image) is { Move: { } move } moved && IsDrawnInFile(draft, move))
                {
                    stay.Add(moved);
                }
            }
        }

        return stay;
    }

    private static bool IsDrawnInFile(ObjectDraft draft, CoordinateChange move)
    {
        if (draft.Mask.Rle is { } rle)
        {
            return rle.Width == move.To.Width && rle.Height == move.To.Height;
        }

        Box? extent = draft.Mask.Polygons.Count > 0 ? Outline.Extent(draft.Mask.Polygons) : draft.Box.Value?.ToBox();
        return extent is { } box && !IsWithin(box, move.From) && IsWithin(box, move.To);
    }

    private static bool IsWithin(Box box, ImageSize size) => box.X2 <= size.Width + Outside && box.Y2 <= size.Height + Outside;
}
