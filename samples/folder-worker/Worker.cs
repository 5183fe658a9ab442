using System.Text.Json;
using Panoptes;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace FolderWorker;

/// <summary>
/// Segments what arrives in a folder. A file leaves <c>in</c> only once its results are complete: whatever ends the process, the next start
/// goes on with it. A later file of the same name replaces the results of the earlier one.
/// </summary>
internal sealed partial class Worker(Segmenter segmenter, Folders folders, ILogger<Worker> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    // A file is taken once it is the same at two looks, since copying takes a while.
    private Dictionary<string, (long, DateTime)> _seen = [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogWatching(folders.In);
        // Looking every second, and not a FileSystemWatcher, which loses events under load and sees none of a network's folders.
        using PeriodicTimer timer = new(s_interval);
        do
        {
            foreach (FileInfo file in TakeArrived())
            {
                if (stoppingToken.IsCancellationRequested) return;
                await ProcessAsync(file); // not the token: the file under way is finished
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The files that are complete, in order of their names. Names that begin with a dot are files in the making.</summary>
    private List<FileInfo> TakeArrived()
    {
        List<FileInfo> files =
            [.. new DirectoryInfo(folders.In).EnumerateFiles().Where(f => f.Name[0] != '.').OrderBy(f => f.Name, StringComparer.Ordinal)];
        List<FileInfo> arrived = [.. files.Where(f => _seen.TryGetValue(f.Name, out (long, DateTime) before) && before == Stamp(f))];
        _seen = files.ToDictionary(f => f.Name, Stamp);
        return arrived;

        static (long, DateTime) Stamp(FileInfo file) => (file.Length, file.LastWriteTimeUtc);
    }

    private async Task ProcessAsync(FileInfo file)
    {
        try
        {
            string result = Path.Combine(folders.Out, file.Name);
            Image image = Image.Load(file.FullName);
            Segmentation found = await segmenter.SegmentAsync(image);
            Overlay.Draw(image, found).Save(result + ".overlay.png");
            // Never half a file, and the last one, so that it says that all is there.
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(FoundObjects.Of(file.Name, found), s_json);
            await File.WriteAllBytesAsync(result + ".json.new", json);
            File.Move(result + ".json.new", result + ".json", overwrite: true);
            File.Move(file.FullName, Path.Combine(folders.Done, file.Name), overwrite: true);
            LogDone(file.Name, found.Instances.Count, found.Timings.Total.TotalMilliseconds);
        }
        catch (InputException e) when (e.Kind is not (InputErrorKind.NotFound or InputErrorKind.Unreadable))
        {
            // The file is not an image, or a damaged one: another try would end the same way.
            await File.WriteAllTextAsync(Path.Combine(folders.Failed, file.Name + ".txt"), e.Message + "\n");
            File.Move(file.FullName, Path.Combine(folders.Failed, file.Name), overwrite: true);
            LogFailed(file.Name, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InputException)
        {
            // The disk is full, a folder is out of reach, the file was taken back: it stays where it is, and is tried again.
            LogAgain(file.Name, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Watching {Folder}")]
    private partial void LogWatching(string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name}: {Count} objects in {Milliseconds:0} ms")]
    private partial void LogDone(string name, int count, double milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} failed: {Reason}")]
    private partial void LogFailed(string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} is tried again: {Reason}")]
    private partial void LogAgain(string name, string reason);
}
