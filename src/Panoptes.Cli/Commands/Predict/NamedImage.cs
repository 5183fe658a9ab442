using System.Globalization;
using Panoptes.Coco.Files;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>An image to predict on, and the name under which its results go.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its name without folder and extension: the image's id in a results file.</param>
internal sealed record NamedImage(string Path, string Name)
{
    /// <summary>Its id in results, or the integer that stands for it where it is a text (<see cref="CocoId"/>).</summary>
    public long Id { get; private init; }

    /// <summary>Its id in results where that is a text; null where it is a number.</summary>
    public string? IdText { get; private init; }

    /// <summary>Names images.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="outputFolder">Where results go.</param>
    /// <param name="ids">The dataset that gives ids; null for those of the names: a number where a name is one, else the name.</param>
    /// <exception cref="InputException">Two would have the same name, or a result would take the place of an image.</exception>
    public static IReadOnlyList<NamedImage> From(IEnumerable<string> paths, string outputFolder, AnnotatedIds? ids = null)
    {
        Dictionary<string, NamedImage> byId = new(PathComparison.Comparer); // ids become names of files
        List<NamedImage> images = [];
        string output = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(outputFolder));
        foreach (string path in paths)
        {
            NamedImage image = new(path, System.IO.Path.GetFileNameWithoutExtension(path));
            bool isNumber = long.TryParse(image.Name, out long number);
            string own = isNumber ? number.ToString(CultureInfo.InvariantCulture) : image.Name; // without leading zeros
            if (!byId.TryAdd(own, image))
            {
                throw InputException.ForSetting(
                    null,
                    $"'{byId[own].Path}' and '{path}' would both be image {own} of the results; "
                    + "predict them into two folders");
            }

            if (string.Equals(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)), output, PathComparison.Comparison))
            {
                throw InputException.ForSetting(
                    null,
                    $"--output is the folder of the image '{path}', which a result could replace; name another folder");
            }

            CocoImage? known = ids?.Find(path);
            images.Add(image with
            {
                Id = known?.Id ?? (isNumber ? number : CocoId.Of(image.Name)),
                IdText = known is null ? isNumber ? null : image.Name : known.IdText,
            });
        }

        return images;
    }
}
