using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Files;

/// <summary>
/// Panoptic annotations, or panoptic results, as COCO's JSON holds them; the labels themselves lie in PNGs next to it.
/// </summary>
/// <param name="Images">The images; empty where the file has none, as results do.</param>
/// <param name="Categories">The classes by ascending id; empty where the file has none.</param>
/// <param name="Annotations">The annotated images, in the file's order.</param>
public sealed record PanopticDataset(
    IReadOnlyList<CocoImage> Images, IReadOnlyList<PanopticCategory> Categories, IReadOnlyList<PanopticAnnotation> Annotations)
{
    /// <summary>Reads a panoptic JSON (cocodataset.org, data format 4), or panoptic results, which have only annotations.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is missing or malformed: not JSON, a key missing, an id twice, a segment of an unknown
    /// class. The message names file, image, key and value.</exception>
    public static PanopticDataset Load(string path)
    {
        PanopticBlock all = Read(path, skipInvalid: false);
        return new PanopticDataset(all.Images, [.. all.Categories.OrderBy(c => c.Id)], all.Annotations);
    }

    /// <summary>As <see cref="Load(string)"/>, without the elements that are malformed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skipped">Takes what is wrong with them; the messages name the file.</param>
    /// <exception cref="InputException">The file is missing or not JSON.</exception>
    internal static PanopticDataset Load(string path, List<string> skipped)
    {
        PanopticBlock all = Read(path, skipInvalid: true);
        skipped.AddRange(all.Skipped!.Select(e => $"{path}: {e.Message}"));
        return new PanopticDataset(all.Images, [.. all.Categories.OrderBy(c => c.Id)], all.Annotations);
    }

    private static PanopticBlock Read(string path, bool skipInvalid)
    {
        PanopticBlock all = PanopticReader.Read(path, skipInvalid);
        try
        {
            all.Check();
        }
        catch (InputException e)
        {
            throw e.InFile(path);
        }

        return all;
    }
}
