namespace Panoptes.Training.Data;

/// <summary>Checks made once, before the first batch.</summary>
internal static class PictureFiles
{
    /// <summary>Every picture's file exists.</summary>
    /// <exception cref="InputException">Some do not; the message names the first and counts them.</exception>
    public static void RequireAll(IReadOnlyList<PictureRecord> pictures)
    {
        PictureRecord[] missing = [.. pictures.Where(picture => !File.Exists(picture.Path))];
        if (missing.Length == 0)
            return;
        string others = missing.Length > 1 ? $", nor do {missing.Length - 1} other pictures of {pictures.Count}" : "";
        throw new InputException($"{missing[0].Path}: the picture does not exist{others}");
    }
}
