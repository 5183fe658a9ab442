namespace Panoptes.Cli.Input;

/// <summary>Keeps results from replacing the files that they are made from.</summary>
internal static class OutputGuard
{
    /// <summary>Throws if a result would take the place of an input, or of something in an input's folder.</summary>
    /// <param name="output">The folder of the results.</param>
    /// <param name="results">The names of the files and folders that a command may write in it.</param>
    /// <param name="inputs">Files and folders that it reads, with their options; null where one is not given.</param>
    /// <exception cref="InputException">Names the input.</exception>
    public static void ThrowIfReplaced(
        string output, IReadOnlyList<string> results, params ReadOnlySpan<(string Option, string? Path)> inputs)
    {
        foreach ((string option, string? input) in inputs)
        {
            if (input is null) continue;
            foreach (string path in results.Select(result => Path.Combine(output, result)))
            {
                if (!PathComparison.AreSame(path, input) && !PathComparison.IsInside(path, input)) continue;
                throw InputException.ForSetting(
                    "--output", $"'{output}' holds {option} '{input}', which the results would replace; name another folder");
            }
        }
    }

    /// <summary>Throws if a file to write is the one that is read.</summary>
    /// <param name="output">The file to write.</param>
    /// <param name="input">The file that is read.</param>
    /// <exception cref="InputException">They are the same.</exception>
    public static void ThrowIfSame(string output, string input)
    {
        if (!PathComparison.AreSame(output, input)) return;
        throw InputException.ForSetting("--output", $"'{output}' is the input, which would be replaced; name another file");
    }
}
