namespace Panoptes.Training.Engine;

/// <summary>Holds a run's folder for one process: two that write metrics and checkpoints into it would spoil both.</summary>
/// <remarks>The system gives the lock free when a process ends in whatever way, so nothing has to be removed by hand.</remarks>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _holder;

    private RunLock(FileStream file, string holder) => (_lock, _holder) = (file, holder);

    /// <summary>Takes a run's folder, and removes what an ended process left half written in it.</summary>
    /// <exception cref="InputException">Another process holds it; the message says which.</exception>
    public static RunLock Take(RunFolder run)
    {
        FileStream file;
        try
        {
            file = new FileStream(
                LockOf(run), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw InUse(run, e);
        }

        string holder = HolderOf(run);
        File.WriteAllText(holder, RunLockHolder.Self().ToString());
        FileDraft.RemoveLeftOvers(run.Path, subfolders: true);
        return new RunLock(file, holder);
    }

    /// <summary>Makes sure that no process holds a run's folder; takes nothing and writes nothing.</summary>
    /// <exception cref="InputException">A process holds it; the message says which.</exception>
    public static void RequireUnused(RunFolder run)
    {
        if (!File.Exists(LockOf(run))) return;
        try
        {
            new FileStream(LockOf(run), FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
        }
        catch (FileNotFoundException)
        {
            // The process ended in this moment.
        }
        catch (IOException e)
        {
            throw InUse(run, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_holder);
        _lock.Dispose();
    }

    private static string LockOf(RunFolder run) => Path.Combine(run.Path, ".lock");

    private static string HolderOf(RunFolder run) => Path.Combine(run.Path, RunLockHolder.FileName);

    private static InputException InUse(RunFolder run, IOException error)
    {
        string holder = HolderOf(run);
        string who = File.Exists(holder) ? File.ReadAllText(holder) : "another process";
        return InputException.ForSetting(
            null, $"the run in {run.Path} is in use: {who} writes to it; wait for its end, or stop it", inner: error);
    }
}
