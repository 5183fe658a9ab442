using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>
/// Tells which size the objects of an image with a wrong size were drawn for. One that goes beyond the stated size, or has run lengths of
/// the file's size, was drawn in the file as it is: then only the stated size is wrong. One that goes beyond the file was drawn for the
/// stated size.
/// </summary>
internal static class MoveCheck
{
    private const double Outside = 1; // pixels

    /// <summary>Which size an object fits.</summary>
    private enum Fit
    {
        /// <summary>Both or none, so that it says nothing.</summary>
        Any,

        /// <summary>Only the stated one.</summary>
        Stated,

        /// <summary>Only the file's.</summary>
        File,
    }

    /// <summary>Decides which size images have whose file has another one than the stated, and whether their objects move.</summary>
    /// <param name="path">The dataset, with instances.</param>
    /// <param name="head">Its images, whose files were looked at.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is not JSON.</exception>
    public static void Confirm(string path, DatasetHead head, CancellationToken cancellationToken)
    {
        ImageEntry[] open = [.. head.Images.Where(image => image.IsSizeOpen)];
        if (open.Length == 0)
        {
            return;
        }

        List<List<(ImageEntry Image, Fit Fit)>> found = JsonLists.Read(
            path,
            (ref JsonReader json, JsonBlock block) => Find(ref json, block, head),
            (ref JsonReader _) => { },
            cancellationToken);
        ILookup<ImageEntry, Fit> fits = found.SelectMany(block => block).ToLookup(pair => pair.Image, pair => pair.Fit);
        foreach (ImageEntry image in open)
        {
            Judge(image, [.. fits[image]]);
        }
    }

    private static List<(ImageEntry Image, Fit Fit)> Find(ref JsonReader json, JsonBlock block, DatasetHead head)
    {
        List<(ImageEntry Image, Fit Fit)> found = [];
        if (block.List == "annotations")
        {
            ObjectReader reader = new();
            json.Read();
            while (JsonElements.TryNext(ref json, block, out JsonReader element))
            {
                if (reader.Read(ref element) is { } draft && head.TryGetImage(draft.ImageId.Value, out ImageEntry? image)
                    && (image.JoinedTo ?? image) is { IsSizeOpen: true } open)
                {
                    found.Add((open, FitOf(draft, open)));
                }
            }
        }

        return found;
    }

    private static void Judge(ImageEntry image, HashSet<Fit> fits)
    {
        bool fitsFile = fits.Contains(Fit.File);
        if (fits.Count == 0 || (fitsFile && !fits.Contains(Fit.Stated)))
        {
            image.TakeFileSize();
        }
        else if (fitsFile || image.Move is null)
        {
            // Objects of both sizes, or a size that nothing explains: whatever size is taken, some of them may end up in the wrong place.
            image.KeepAsStated();
        }
    }

    private static Fit FitOf(ObjectDraft draft, ImageEntry image)
    {
        bool fitsStated;
        bool fitsFile;
        if (draft.Mask.Rle is { } rle)
        {
            ImageSize size = new(rle.Width, rle.Height);
            (fitsStated, fitsFile) = (size == image.Stated, size == image.FileSize);
        }
        else
        {
            Box? extent = draft.Mask.Polygons.Count > 0 ? Outline.Extent(draft.Mask.Polygons) : draft.Box.Value?.ToBox();
            if (extent is not { } box)
            {
                return Fit.Any;
            }

            (fitsStated, fitsFile) = (IsWithin(box, image.Stated), IsWithin(box, image.FileSize));
        }

        return fitsStated == fitsFile ? Fit.Any : fitsFile ? Fit.File : Fit.Stated;
    }

    private static bool IsWithin(Box box, ImageSize size) => box.X2 <= size.Width + Outside && box.Y2 <= size.Height + Outside;
}
