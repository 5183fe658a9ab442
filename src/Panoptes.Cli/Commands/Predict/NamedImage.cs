using System.Globalization;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>An image to predict on, and the name under which its results go.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its name without folder and extension: the image's id in a results file.</param>
internal sealed record NamedImage(string Path, string Name)
{
    /// <summary>
    /// Its id in a panoptic JSON, which must be a number: the name's where it is one, else the first from 1 that no other image has.
    /// </summary>
    public long Number { get; private init; }

    /// <summary>Names images.</summary>
    /// <exception cref="InputException">Two would have the same name, or a result would take the place of an image.</exception>
    public static IReadOnlyList<NamedImage> From(IEnumerable<string> paths, string outputFolder)
    {
        Dictionary<string, NamedImage> byId = new(PathComparison.Comparer); // ids become names of files
        List<NamedImage> images = [];
        string output = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(outputFolder));
        foreach (string path in paths)
        {
            NamedImage image = new(path, System.IO.Path.GetFileNameWithoutExtension(path));
            if (!byId.TryAdd(image.Id, image))
            {
                throw new InputException(
                    $"'{byId[image.Id].Path}' and '{path}' would both be image {image.Id} of the results; "
                    + "predict them into two folders");
            }

            if (string.Equals(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)), output, PathComparison.Comparison))
            {
                throw new InputException(
                    $"--output is the folder of the image '{path}', which a result could replace; name another folder");
            }

            images.Add(image);
        }

        HashSet<long> taken = [.. images.Where(p => p.TryParse(out _)).Select(p => p.TryParse(out long number) ? number : 0)];
        long next = 0;
        return [.. images.Select(p => p with { Number = p.TryParse(out long number) ? number : Free() })];

        long Free()
        {
            do next++;
            while (!taken.Add(next));
            return next;
        }
    }

    /// <summary>The id in a results file, where a number loses its leading zeros.</summary>
    private string Id => TryParse(out long number) ? number.ToString(CultureInfo.InvariantCulture) : Name;

    private bool TryParse(out long number) => long.TryParse(Name, out number);
}
