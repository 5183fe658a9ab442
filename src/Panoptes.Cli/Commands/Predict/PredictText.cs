namespace Panoptes.Cli.Commands.Predict;

/// <summary>Lines for people about what a prediction wrote.</summary>
internal static class PredictText
{
    private const int ShownFiles = 3;

    /// <summary>What was removed.</summary>
    public static string Removed(IReadOnlyList<string> files)
    {
        string more = files.Count > ShownFiles ? $" and {files.Count - ShownFiles} more" : "";
        return $"removed what an earlier prediction wrote and this one did not: {string.Join(", ", files.Take(ShownFiles))}{more}";
    }

    /// <summary>Writes how many inputs failed, if any.</summary>
    public static void WriteFailed(TextWriter output, int count)
    {
        if (count > 0) output.WriteLine($"{count} of the inputs could not be used");
    }

    /// <summary>Writes where the results are.</summary>
    public static void WriteFiles(TextWriter output, SaveKinds kinds, string folder, string? panoptic, string? predictions)
    {
        if (kinds.HasFlag(SaveKinds.Overlay)) output.WriteLine($"overlays     {folder}");
        if (kinds.HasFlag(SaveKinds.GeoJson)) output.WriteLine($"geojson      {folder}");
        if (kinds.HasFlag(SaveKinds.Masks)) output.WriteLine($"masks        {Path.Combine(folder, "masks")}");
        if (panoptic is not null) output.WriteLine($"panoptic     {panoptic}");
        if (predictions is not null) output.WriteLine($"predictions  {predictions}");
    }
}
