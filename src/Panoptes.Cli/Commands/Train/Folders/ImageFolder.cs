using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>Finds the folder at which the names of images start.</summary>
internal static class ImageFolder
{
    /// <summary>So many names tell enough.</summary>
    private const int MostNames = 200;

    /// <summary>
    /// The folder in a dataset below which most of the images lie under their names. Parts may hold files of the same names, so where two
    /// folders do equally well, the one next to the annotations wins, then the one whose name is the part's.
    /// </summary>
    /// <param name="root">The dataset's folder.</param>
    /// <param name="annotations">The file or folder of the annotations.</param>
    /// <param name="kind">The part.</param>
    /// <param name="names">The names of images, relative to the folder that is looked for.</param>
    /// <exception cref="InputException">None of the images is there.</exception>
    public static string Find(string root, string annotations, PartKind kind, IEnumerable<string> names)
    {
        string[] sample = [.. names.Take(MostNames).Select(name => name.Replace('\\', '/'))];
        ILookup<string, string> wanted = sample.ToLookup(name => name[(name.LastIndexOf('/') + 1)..]);
        Dictionary<string, int> votes = [];
        foreach (string file in FolderTree.EnumerateFiles(root).Where(ImageFiles.HasImageExtension))
        {
            string path = file.Replace('\\', '/');
            foreach (string name in wanted[Path.GetFileName(file)])
            {
                if (!path.EndsWith($"/{name}", StringComparison.Ordinal)) continue;
                string folder = file[..^(name.Length + 1)];
                votes[folder] = votes.GetValueOrDefault(folder) + 1;
            }
        }

        string ownFolder = File.Exists(annotations) ? Path.GetDirectoryName(annotations)! : annotations;
        return votes.Count > 0
            ? votes.OrderByDescending(vote => vote.Value)
                .ThenByDescending(vote => vote.Key == ownFolder)
                .ThenByDescending(vote => PartKinds.Of(Path.GetRelativePath(root, vote.Key)) == kind)
                .ThenBy(vote => vote.Key, StringComparer.Ordinal)
                .First().Key
            : throw new InputException(
                InputErrorKind.Invalid, annotations, null,
                $"none of its images ({sample.FirstOrDefault() ?? "it names none"}) is in '{root}'; "
                + "put them there, or set data.train.images");
    }
}
