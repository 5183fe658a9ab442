using Panoptes.Coco.Files;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>A folder that label PNGs are written to, each with its image's name.</summary>
/// <param name="folder">The folder.</param>
internal sealed class PanopticFolder(string folder)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Writes a PNG and returns its name in the folder; called from several threads.</summary>
    /// <exception cref="InputException">The image's name is malformed, or another one has it.</exception>
    public string Write(CocoImage image, byte[] png)
    {
        ArgumentNullException.ThrowIfNull(image);
        string stem = FormatImageFiles.Stem(image.FileName);
        lock (_names)
        {
            if (!_names.Add(stem))
            {
                throw InputException.InContent(null, $"two images have the name {stem}, but for their extension; labels are named by it.");
            }
        }

        AtomicFile.WriteAllBytes(FormatImageFiles.Prepare(folder, stem, ".png"), png);
        return stem + ".png";
    }
}
