using System.Globalization;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>A picture to predict on, and the name under which its results go.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its name without folder and extension: the picture's id in a results file.</param>
internal sealed record NamedPicture(string Path, string Name)
{
    /// <summary>Names pictures.</summary>
    /// <exception cref="InputException">Two would have the same name, or a result would take the place of a picture.</exception>
    public static IReadOnlyList<NamedPicture> From(IEnumerable<string> paths, string outputFolder)
    {
        Dictionary<string, NamedPicture> byId = [];
        List<NamedPicture> pictures = [];
        string output = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(outputFolder));
        foreach (string path in paths)
        {
            NamedPicture picture = new(path, System.IO.Path.GetFileNameWithoutExtension(path));
            if (!byId.TryAdd(picture.Id, picture))
            {
                throw new InputException(
                    $"'{byId[picture.Id].Path}' and '{path}' would both be picture {picture.Id} of the results; "
                    + "predict them into two folders");
            }

            if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) == output)
            {
                throw new InputException(
                    $"--output is the folder of the picture '{path}', which a result could replace; name another folder");
            }

            pictures.Add(picture);
        }

        return pictures;
    }

    /// <summary>The id in a results file, where a number loses its leading zeros.</summary>
    private string Id => long.TryParse(Name, out long number) ? number.ToString(CultureInfo.InvariantCulture) : Name;
}
