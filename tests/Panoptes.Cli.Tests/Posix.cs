namespace Panoptes.Cli.Tests;

/// <summary>What tests need of a shell, on systems that have one.</summary>
internal static class Posix
{
    /// <summary>Skips the test, aloud, on Windows.</summary>
    public static void Require() => Assert.SkipWhen(OperatingSystem.IsWindows(), "needs sh and the signals of POSIX");

    /// <summary>Skips the test, aloud, where a program is not on the path.</summary>
    public static void RequireProgram(string name)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, name))), $"needs {name}");
    }

    /// <summary>Makes a file a program.</summary>
    public static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
