namespace Panoptes.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-atomic-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_can_be_read_while_it_is_replaced_again_and_again()
    {
        string path = Path.Combine(_folder.FullName, "metrics.jsonl");
        AtomicFile.WriteAllBytes(path, "0"u8);
        Task writing = Task.Run(
            () =>
            {
                for (int i = 1; i <= 300; i++) AtomicFile.WriteAllBytes(path, [(byte)('0' + (i % 10))]);
            },
            TestContext.Current.CancellationToken);

        int read = 0;
        while (!writing.IsCompleted || read == 0)
        {
            string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            Assert.True(text is [>= '0' and <= '9'], $"'{text}'");
            read++;
        }

        await writing;
    }

    [Fact]
    public async Task What_is_being_written_is_no_left_over()
    {
        string path = Path.Combine(_folder.FullName, "model.json");
        using CancellationTokenSource stop = new();
        Task removing = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested) FileDraft.RemoveLeftOvers(_folder.FullName);
            },
            TestContext.Current.CancellationToken);

        for (int i = 0; i < 300; i++) AtomicFile.WriteAllBytes(path, "content"u8);

        await stop.CancelAsync();
        await removing;
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }
}
