using Panoptes.Imaging;

namespace Panoptes.Training.Data;

/// <summary>
/// Passes on the first warning of an image's reader: where one image of a dataset has 12-bit values or several pages, all have. Safe for
/// several threads.
/// </summary>
/// <param name="warn">Takes the line; null to ignore it.</param>
internal sealed class FirstWarning(Action<string>? warn)
{
    private int _told;

    /// <summary>Looks at an image that was read.</summary>
    public void Look(Image image)
    {
        if (image.Warnings.Count > 0 && Interlocked.Exchange(ref _told, 1) == 0)
            warn?.Invoke($"{image.Warnings[0]} Other images may be read in the same way; this message appears once.");
    }
}
