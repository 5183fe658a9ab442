namespace Panoptes.Cli.Tests;

/// <summary>What tests need of a shell, on systems that have one.</summary>
internal static class Posix
{
    /// <summary>Skips the test, aloud, on Windows.</summary>
    public static void Require() => Assert.SkipWhen(OperatingSystem.IsWindows(), "needs sh and the signals of POSIX");

    /// <summary>Makes a file a program.</summary>
    public static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
