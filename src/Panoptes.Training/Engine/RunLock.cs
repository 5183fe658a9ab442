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
        string holder = Path.Combine(run.Path, RunLockHolder.FileName);
        FileStream file;
        try
        {
            file = new FileStream(
                Path.Combine(run.Path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            string who = File.Exists(holder) ? File.ReadAllText(holder) : "another process";
            throw InputException.ForSetting(
                null,
                $"the run in {run.Path} is in use: {who} writes to it; wait for its end, or stop it",
                inner: e);
        }

        File.WriteAllText(holder, RunLockHolder.Self().ToString());
        FileDraft.RemoveLeftOvers(run.Path, subfolders: true);
        return new RunLock(file, holder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_holder);
        _lock.Dispose();
    }
}
