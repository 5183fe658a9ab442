namespace Panoptes.Cli.Output;

/// <summary>Words of a command line that is shown to be copied.</summary>
internal static class ShellWord
{
    /// <summary>The word, in quotes where a shell would take something in it for its own.</summary>
    public static string Quote(string word)
    {
        string safe = OperatingSystem.IsWindows() ? "_-./\\:=,+@%" : "_-./:=,+@%";
        bool plain = word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || safe.Contains(c, StringComparison.Ordinal));
        // PowerShell and the shells of Unix agree on these quotes, but for one inside.
        return plain ? word : OperatingSystem.IsWindows() ? $"'{word.Replace("'", "''")}'" : $"'{word.Replace("'", "'\\''")}'";
    }
}
