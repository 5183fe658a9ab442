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
    /// <param name="limits">How large its images may be; null for the defaults.</param>
    /// <exception cref="InputException">The file is missing or malformed: not JSON, a key missing, an id twice, a segment of an unknown
    /// class. The message names file, image, key and value.</exception>
    public static PanopticDataset Load(string path, InputLimits? limits = null) =>
        Read(path, limits ?? InputLimits.Default, skipped: null, CancellationToken.None);

    /// <summary>As <see cref="Load"/>, for work that can be cancelled, on request without the elements that are malformed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large its images may be.</param>
    /// <param name="skipped">Takes what is wrong with elements, which are skipped; the messages name the file. Null stops at the
    /// first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or not JSON, or an element is malformed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static PanopticDataset Read(string path, InputLimits limits, List<string>? skipped, CancellationToken cancellationToken)
    {
        PanopticBlock all = PanopticReader.Read(path, limits, skipped is not null, cancellationToken);
        try
        {
            all.Check();
        }
        catch (InputException e)
        {
            throw e.InFile(path);
        }

        skipped?.AddRange(all.Skipped!.Select(e => $"{path}: {e.Message}"));
        return new PanopticDataset(all.Images, [.. all.Categories.OrderBy(c => c.Id)], all.Annotations);
    }
}
