using System.IO.Enumeration;
using Panoptes.Imaging;

namespace Panoptes.Cli.Input;

/// <summary>Turns what a user gives as input (files, folders, patterns) into a list of images.</summary>
internal static class ImageInputs
{
    private static readonly char[] s_separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>
    /// The images that the inputs name: those of one input in natural order, inputs in the order given, each image once.
    /// A folder stands for the images in it (not below it); <c>*</c> and <c>?</c> match within a name, <c>**</c> any folders.
    /// </summary>
    /// <param name="inputs">Files of any name, folders, and patterns that no shell has expanded.</param>
    /// <returns>Paths as they can be opened; at least one.</returns>
    /// <exception cref="InputException">An input does not exist or stands for no image.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> inputs) =>
        Expand(inputs, out IReadOnlyList<string> problems) is var images && problems.Count > 0
            ? throw InputException.ForSetting(null, problems[0], InputErrorKind.NotFound)
            : images;

    /// <summary>As <see cref="Expand(IEnumerable{string})"/>, for who goes on without the inputs that stand for no image.</summary>
    /// <param name="inputs">Files, folders and patterns.</param>
    /// <param name="problems">A line for each input that does not exist or stands for no image.</param>
    public static IReadOnlyList<string> Expand(IEnumerable<string> inputs, out IReadOnlyList<string> problems)
    {
        List<string> images = [];
        List<string> wrong = [];
        HashSet<string> seen = new(PathComparison.Comparer);
        foreach (string input in inputs)
        {
            try
            {
                images.AddRange(ExpandOne(input).Where(image => seen.Add(Path.GetFullPath(image))));
            }
            catch (InputException problem)
            {
                wrong.Add(problem.Message);
            }
        }

        problems = wrong;
        return images;
    }

    private static List<string> ExpandOne(string input)
    {
        if (File.Exists(input)) return [input];
        if (Directory.Exists(input))
        {
            List<string> inFolder = Sorted(Directory.EnumerateFiles(input).Where(ImageFiles.HasImageExtension));
            return inFolder.Count > 0 ? inFolder : throw InputException.ForSetting(
                null,
                $"folder '{input}' holds no images ({Patterns()})");
        }

        if (input.AsSpan().IndexOfAny('*', '?') < 0)
        {
            throw InputException.ForSetting(null, $"there is no image or folder '{input}'", InputErrorKind.NotFound);
        }

        List<string> matches = Sorted(Match(input));
        return matches.Count > 0 ? matches : throw InputException.ForSetting(null, $"no image matches '{input}' ({Patterns()})");
    }

    private static List<string> Sorted(IEnumerable<string> files) => [.. files.Order(NaturalOrder.Comparer)];

    private static string Patterns() => string.Join(", ", ImageFiles.Extensions.Select(e => "*" + e));

    private static IEnumerable<string> Match(string pattern)
    {
        // No shell of Windows expands patterns, so that its separators and drives arrive here.
        string root = Path.GetPathRoot(pattern) ?? "";
        string[] parts = pattern[root.Length..].Split(s_separators, StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> folders = [root];
        foreach (string part in parts[..^1]) folders = [.. folders.SelectMany(folder => Folders(folder, part))];
        return folders.SelectMany(folder => Entries(folder, parts[^1], Directory.EnumerateFiles)).Where(ImageFiles.HasImageExtension);
    }

    private static IEnumerable<string> Folders(string folder, string part) => part switch
    {
        "**" => Below(folder).Prepend(folder),
        "." or ".." => [Path.Combine(folder, part)],
        _ when part.AsSpan().IndexOfAny('*', '?') < 0 => Directory.Exists(Path.Combine(folder, part)) ? [Path.Combine(folder, part)] : [],
        _ => Entries(folder, part, Directory.EnumerateDirectories),
    };

    private static IEnumerable<string> Below(string folder) =>
        FolderTree.EnumerateFolders(Here(folder)).Select(path => Named(folder, path));

    private static IEnumerable<string> Entries(string folder, string pattern, Func<string, IEnumerable<string>> enumerate) =>
        enumerate(Here(folder))
            .Where(path => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path), !PathComparison.IsCaseSensitive))
            .Select(path => Named(folder, path));

    private static string Here(string folder) => folder.Length == 0 ? "." : folder;

    /// <summary>Without the "./" that enumerating the current folder puts before every name.</summary>
    private static string Named(string folder, string path) => folder.Length == 0 ? Path.GetRelativePath(".", path) : path;
}
