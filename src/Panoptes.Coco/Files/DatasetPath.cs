namespace Panoptes.Coco.Files;

/// <summary>
/// Finds the files that a dataset names, whatever system wrote the names. A name is a path and never a URI: '#' and '%20' are letters.
/// </summary>
public static class DatasetPath
{
    /// <summary>
    /// Writes a name with forward slashes and without a leading <c>./</c>, as every system reads it; a null character becomes the sign ␀.
    /// </summary>
    /// <param name="name">The name as a dataset has it, such as <c>images\a.png</c>.</param>
    public static string Normalize(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string path = Visible(name).Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..].TrimStart('/');
        }

        return path;
    }

    /// <summary>A name in which a null character, which no file's name can have and no path may hold, is the sign ␀.</summary>
    internal static string Visible(string name) => name.Replace('\0', '\u2400');

    /// <summary>
    /// Returns the path of a file that a dataset names. Where no file has the name as it stands, its backslashes are taken for slashes;
    /// then leading folders that the folder's own path ends with are dropped (<c>train2017/1.jpg</c> in <c>coco/train2017</c>), and
    /// all of them where the name is absolute or leaves the folder, since it was written on another machine.
    /// </summary>
    /// <param name="folder">The folder that names are relative to.</param>
    /// <param name="name">The name as the dataset has it.</param>
    /// <returns>A file that exists, or where there is none the path at which it was expected.</returns>
    public static string Resolve(string folder, string name)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(name);
        string path = Normalize(name);
        string exact = Path.Combine(folder, name.Contains('\\', StringComparison.Ordinal) ? Visible(name) : path);
        string expected = Path.Combine(folder, path);
        if (File.Exists(exact) || File.Exists(expected))
        {
            return File.Exists(exact) ? exact : expected;
        }

        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool foreign = IsForeign(path);
        string place = folder.Length == 0 ? "." : folder; // an empty folder is the process's own
        string above = $"/{Path.TrimEndingDirectorySeparator(Path.GetFullPath(place)).Replace('\\', '/')}";
        for (int skipped = 1; skipped < parts.Length; skipped++)
        {
            if (parts[skipped] != ".." && (foreign || above.EndsWith($"/{string.Join('/', parts[..skipped])}", StringComparison.Ordinal)))
            {
                string inside = Path.Combine(folder, Path.Combine(parts[skipped..]));
                if (File.Exists(inside))
                {
                    return inside;
                }
            }
        }

        return expected;
    }

    /// <summary>
    /// Returns the path of a file that a dataset names, if it lies in the folder: a page must not show other files of this machine.
    /// </summary>
    /// <param name="folder">The folder that names are relative to.</param>
    /// <param name="name">The name as the dataset has it.</param>
    /// <param name="property">The property that allows files outside, for the message.</param>
    /// <exception cref="InputException">It lies outside.</exception>
    internal static string ResolveInside(string folder, string name, string property)
    {
        string path = Resolve(folder, name);
        return PathComparison.IsInside(folder, path)
            ? path
            : throw new InputException(
                InputErrorKind.Invalid, name, null,
                $"lies outside of the folder of images ({folder}); {property} opens it all the same");
    }

    /// <summary>
    /// Returns the name that an image's address stands for, where a dataset states nothing else: its file and the folder above it, as
    /// LVIS means it (<c>train2017/000000391895.jpg</c>); empty where the address names no file.
    /// </summary>
    /// <param name="address">The address, such as LVIS's <c>coco_url</c>.</param>
    public static string NameInAddress(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        int start = address.IndexOf("://", StringComparison.Ordinal);
        string path = start < 0 ? address : address[(start + 3)..];
        int end = path.AsSpan().IndexOfAny('?', '#');
        string[] parts = (end < 0 ? path : path[..end]).Split('/');
        int first = start < 0 ? 0 : 1; // the host
        return string.Join('/', parts[Math.Min(Math.Max(first, parts.Length - 2), parts.Length)..]);
    }

    /// <summary>Whether a name with forward slashes is absolute on any system, or leaves its folder.</summary>
    private static bool IsForeign(string path) =>
        path.StartsWith('/') || path.StartsWith("../", StringComparison.Ordinal) || path.Contains("/../", StringComparison.Ordinal)
        || (path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] == '/');
}
