using System.ComponentModel;
using System.Diagnostics;

namespace Panoptes.Server.Watching;

/// <summary>
/// Whether a process writes to a run's folder. The lock itself is never tried: a training must not find it taken by a watcher.
/// </summary>
internal static class Liveness
{
    /// <summary>A run on another machine counts as gone when nothing was written for this long.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(30);

    /// <summary>Clocks of processes and of texts without fractions of a second differ by this much.</summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(5);

    /// <summary>Looks at a folder.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="lastWrite">When something was logged last.</param>
    /// <returns>Whether a process writes to it; null where none says so.</returns>
    public static bool? IsHeld(string folder, DateTimeOffset lastWrite)
    {
        string text;
        try
        {
            text = File.ReadAllText(Path.Combine(folder, RunLockHolder.FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return RunLockHolder.Parse(text) is { } holder && holder.Machine == Environment.MachineName
            ? IsAlive(holder)
            : DateTimeOffset.UtcNow - lastWrite < s_patience;
    }

    private static bool IsAlive(RunLockHolder holder)
    {
        try
        {
            using Process process = Process.GetProcessById(holder.ProcessId);
            // A later process may have got the number.
            return process.StartTime.ToUniversalTime() <= holder.Since.UtcDateTime + s_slack;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Exception e) when (e is Win32Exception or NotSupportedException)
        {
            return true; // it is there, and tells nothing about itself
        }
    }
}
