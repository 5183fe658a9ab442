using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats;

/// <summary>
/// Finds the images of a dataset that is one file: in the folder that the user names, or where the file's tool puts them next to it.
/// </summary>
internal sealed class FormatImageNames
{
    private readonly string? _folder;

    private FormatImageNames(string? folder) => _folder = folder;

    /// <summary>Looks for folders.</summary>
    /// <param name="context">The folder of images that the user named; it is set to the one found.</param>
    /// <param name="folders">Where images may lie, relative to the input's folder, the likely ones first.</param>
    public static FormatImageNames Find(ConversionContext context, params ReadOnlySpan<string> folders)
    {
        string input = context.Options.Input;
        string own = Directory.Exists(input) ? input : Path.GetDirectoryName(Path.GetFullPath(input))!;
        foreach (string folder in context.Images is null ? folders : [])
        {
            string path = Path.GetFullPath(Path.Combine(own, folder));
            if (Directory.Exists(path) && ImageFiles.List(path).Count > 0)
            {
                context.Images = path;
                break;
            }
        }

        return new FormatImageNames(context.Images);
    }

    /// <summary>The name of an image relative to the folder of images: the first of several that exists there, else the first.</summary>
    /// <param name="names">The names it may have.</param>
    public string NameOf(params ReadOnlySpan<string> names)
    {
        foreach (string name in _folder is null ? [] : names)
        {
            string path = DatasetPath.Resolve(_folder!, name);
            if (name.Length > 0 && File.Exists(path) && Path.GetRelativePath(_folder!, path).Replace('\\', '/') is var relative
                && !relative.StartsWith("../", StringComparison.Ordinal))
            {
                return relative;
            }
        }

        return DatasetPath.Normalize(names[0]);
    }
}
