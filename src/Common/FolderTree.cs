namespace Panoptes;

/// <summary>Lists what is in a folder and below it, without running in circles where links lead back.</summary>
internal static class FolderTree
{
    private const int MostVisits = 8;

    /// <summary>
    /// Lists the files in a folder and below it, in no order. A link that leads back to a folder around it is not followed, and a folder
    /// that many links lead to is not listed again and again.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which names, with <c>*</c> and <c>?</c>.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InputException">A folder may not be listed.</exception>
    public static IEnumerable<string> EnumerateFiles(string folder, string pattern = "*") =>
        ListAll(folder, Directory.GetFiles, pattern)
            .Concat(EnumerateFolders(folder).SelectMany(inner => List(inner, Directory.GetFiles, pattern)));

    /// <summary>Lists the folders below a folder, as <see cref="EnumerateFiles"/> goes through them.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InputException">A folder may not be listed.</exception>
    public static IEnumerable<string> EnumerateFolders(string folder)
    {
        Dictionary<string, int> visits = [];
        Queue<(string Path, string Place)> open = new([(folder, PlaceOf(new DirectoryInfo(folder), Path.GetFullPath(folder)))]);
        while (open.TryDequeue(out (string Path, string Place) next))
        {
            string[] below = next.Path == folder
                ? ListAll(folder, Directory.GetDirectories, "*")
                : List(next.Path, Directory.GetDirectories, "*");
            foreach (string path in below)
            {
                DirectoryInfo inner = new(path);
                string place = PlaceOf(inner, Path.Combine(next.Place, inner.Name));
                bool leadsBack = $"{next.Place}{Path.DirectorySeparatorChar}".StartsWith(
                    $"{place}{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
                visits[place] = visits.GetValueOrDefault(place) + 1;
                if (!leadsBack && visits[place] <= MostVisits)
                {
                    yield return path;
                    open.Enqueue((path, place));
                }
            }
        }
    }

    // A folder that was there a moment ago, and is gone since, holds nothing.
    private static string[] List(string folder, Func<string, string, string[]> list, string pattern)
    {
        try
        {
            return ListAll(folder, list, pattern);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static string[] ListAll(string folder, Func<string, string, string[]> list, string pattern)
    {
        try
        {
            return list(folder, pattern);
        }
        catch (UnauthorizedAccessException e)
        {
            throw InputFile.Unreadable(folder, e);
        }
    }

    private static string PlaceOf(DirectoryInfo folder, string own)
    {
        try
        {
            return folder.LinkTarget is null ? own : folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? own;
        }
        catch (IOException)
        {
            return own; // a link to itself, which enumerating its content tells
        }
    }
}
