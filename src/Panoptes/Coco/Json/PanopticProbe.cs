namespace Panoptes.Coco.Json;

/// <summary>Tells panoptic data sets from instance data sets.</summary>
internal static class PanopticProbe
{
    /// <summary>Whether the first annotation of a file has segments. The file is read up to there.</summary>
    /// <exception cref="InputException">The file is missing or no data set.</exception>
    public static bool IsPanoptic(string path)
    {
        using JsonListStream input = new(path);
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
