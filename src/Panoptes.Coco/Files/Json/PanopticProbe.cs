namespace Panoptes.Coco.Files.Json;

/// <summary>Tells panoptic datasets from instance datasets.</summary>
internal static class PanopticProbe
{
    /// <summary>Whether the first annotation of a file has segments. The file is read up to there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or no dataset.</exception>
    public static bool IsPanoptic(string path, CancellationToken cancellationToken = default)
    {
        using JsonListStream input = new(path, cancellationToken: cancellationToken);
        foreach (JsonListElement element in input.Elements())
        {
            if (element.List == "annotations")
            {
                return element.Has("segments_info"u8);
            }
        }

        return false;
    }
}
