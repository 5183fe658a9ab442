namespace Panoptes.Training.Data;

/// <summary>Checks made once, before the first batch.</summary>
internal static class MissingFiles
{
    /// <summary>Every image's file exists, and every PNG of labels.</summary>
    /// <exception cref="InputException">Some do not; the message names the first and counts them.</exception>
    public static void RequireAll(IReadOnlyList<ImageRecord> images)
    {
        Require([.. images.Select(image => image.Path)], "the image", "images");
        Require([.. images.Select(image => image.Panoptic?.Path).OfType<string>()], "the PNG of labels", "PNGs");
    }

    private static void Require(string[] paths, string one, string many)
    {
        string[] missing = [.. paths.Where(path => !File.Exists(path))];
        if (missing.Length == 0)
            return;
        string others = missing.Length > 1 ? $", nor do {missing.Length - 1} other {many} of {paths.Length}" : "";
        throw new InputException(InputErrorKind.NotFound, missing[0], null, $"{one} does not exist{others}");
    }
}
