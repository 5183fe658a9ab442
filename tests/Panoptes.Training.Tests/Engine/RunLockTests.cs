using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Engine;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunFolder _run;

    public RunLockTests() => _run = RunFolder.Create(Path.Combine(_folder.Path, "run"), new PanoptesConfig());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_run_is_refused_with_who_holds_the_folder()
    {
        using (RunLock.Take(_run))
        {
            InputException error = Assert.Throws<InputException>(() => RunLock.Take(_run));
            Assert.Contains($"is in use: process {Environment.ProcessId} on {Environment.MachineName}, since ", error.Message, StringComparison.Ordinal);
        }

        RunLock.Take(_run).Dispose();
        Assert.Equal(["config.json"], Directory.GetFiles(_run.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_an_ended_process_left_half_written_is_removed_and_nothing_else()
    {
        string[] stay = [Path.Combine(_run.Path, "mine.tmp"), Path.Combine(_run.CheckpointFolder, ".panoptes-x.tmp")];
        string[] go =
        [
            Path.Combine(_run.Path, $".panoptes-{Guid.NewGuid():N}.tmp"),
            Path.Combine(_run.CheckpointFolder, $"state.safetensors.{Guid.NewGuid():N}.tmp"),
        ];
        Array.ForEach([.. stay, .. go], file => File.WriteAllText(file, "half"));
        string inUse = Path.Combine(_run.Path, $".panoptes-{Guid.NewGuid():N}.tmp");
        using FileStream used = new(inUse, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Array.ForEach([.. stay, .. go, inUse], file => File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromSeconds(1)));
        RunLock.Take(_run).Dispose();
        Assert.All(stay, file => Assert.True(File.Exists(file)));
        Assert.All(go, file => Assert.False(File.Exists(file)));
        Assert.True(File.Exists(used.Name));
    }
}
