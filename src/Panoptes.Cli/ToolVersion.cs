using System.Reflection;

namespace Panoptes.Cli;

/// <summary>The tool's version: the number, and the commit that it was built from where the build knew it.</summary>
internal static class ToolVersion
{
    /// <summary>For example <c>0.1.0+8c485c4</c>.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        const int commitLength = 7;
        Assembly assembly = typeof(ToolVersion).Assembly;
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? version : version[..Math.Min(version.Length, plus + 1 + commitLength)];
    }
}
