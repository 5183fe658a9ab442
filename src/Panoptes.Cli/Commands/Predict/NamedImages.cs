using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Panoptes.Coco.Files;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>The images to predict on. There may be a million: what can be told from a path is told when it is asked for.</summary>
internal sealed class NamedImages : IReadOnlyList<NamedImage>
{
    private readonly IReadOnlyList<string> _paths;
    private readonly AnnotatedIds? _ids;

    /// <summary>Names images.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="outputFolder">Where results go.</param>
    /// <param name="ids">The dataset that gives ids; null for those of the names.</param>
    /// <exception cref="InputException">Two would have the same name, a result would take the place of an image, or the dataset does not
    /// have one.</exception>
    public NamedImages(IReadOnlyList<string> paths, string outputFolder, AnnotatedIds? ids)
    {
        (_paths, _ids) = (paths, ids);
        HashSet<long> names = []; // names become those of files; a hash of each is enough to find most that are unique
        string output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(outputFolder));
        for (int i = 0; i < paths.Count; i++)
        {
            string name = OwnName(paths[i]);
            if (!names.Add(CocoId.Of($"/{(PathComparison.IsCaseSensitive ? name : name.ToUpperInvariant())}"))) RequireUnique(i, name);
            if (string.Equals(Path.GetDirectoryName(Path.GetFullPath(paths[i])), output, PathComparison.Comparison))
            {
                throw InputException.ForSetting(
                    null,
                    $"--output is the folder of the image '{paths[i]}', which a result could replace; name another folder");
            }

            if (ids is not null) _ = ids.Find(paths[i]);
        }
    }

    /// <summary>A hash of the complete paths, in their order.</summary>
    public string HashOfPaths()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in _paths) hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFullPath(path) + '\n'));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <inheritdoc/>
    public int Count => _paths.Count;

    /// <inheritdoc/>
    public NamedImage this[int index] => NamedImage.Of(_paths[index], _ids);

    /// <inheritdoc/>
    public IEnumerator<NamedImage> GetEnumerator() => _paths.Select(path => NamedImage.Of(path, _ids)).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void RequireUnique(int index, string name)
    {
        string? earlier = _paths.Take(index).FirstOrDefault(path => string.Equals(OwnName(path), name, PathComparison.Comparison));
        if (earlier is not null)
        {
            throw InputException.ForSetting(
                null,
                $"'{earlier}' and '{_paths[index]}' would both be image {OwnName(earlier)} of the results; "
                + "predict them into two folders");
        }
    }

    private static string OwnName(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return long.TryParse(name, out long number) ? number.ToString(CultureInfo.InvariantCulture) : name; // without leading zeros
    }
}
