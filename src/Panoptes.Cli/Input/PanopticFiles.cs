namespace Panoptes.Cli.Input;

/// <summary>The options <c>--panoptic</c> and <c>--panoptic-folder</c>.</summary>
internal static class PanopticFiles
{
    /// <summary>Requires both, or none.</summary>
    /// <exception cref="InputException">One was given without the other.</exception>
    public static void RequireBoth(string? panoptic, string? panopticFolder)
    {
        if (panoptic is null != panopticFolder is null)
        {
            throw InputException.ForSetting(
                null, "--panoptic and --panoptic-folder belong together: panoptic annotations are a JSON and a folder of PNGs");
        }
    }
}
