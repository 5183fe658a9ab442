namespace Panoptes.Cli;

/// <summary>How the user started the tool, for commands to copy.</summary>
internal static class ToolName
{
    /// <summary>Set by the launcher to its own path.</summary>
    private const string Variable = "PANOPTES_LAUNCHER";

    /// <summary><c>panoptes</c>, or the launcher's path as one would type it here.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        string? launcher = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(launcher) || !Path.IsPathRooted(launcher)) return string.IsNullOrEmpty(launcher) ? "panoptes" : launcher;
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, launcher);
        return relative.StartsWith("..", StringComparison.Ordinal) ? launcher : relative;
    }
}
