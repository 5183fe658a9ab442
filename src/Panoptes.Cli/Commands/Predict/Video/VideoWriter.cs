using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Tracks;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Tracking;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>Writes what was found in videos: <c>NAME.mp4</c>, or an image for each image of a sequence, and <c>tracks.json</c>.</summary>
internal sealed class VideoWriter : IDisposable
{
    private readonly string _folder;
    private readonly SaveKinds _kinds;
    private readonly OverlayFormat _format;
    private readonly OutputList _list;
    private readonly TrackWriter? _tracks;
    private readonly IReadOnlyList<string> _codec;
    private VideoEncoder? _encoder;
    private string? _video;
    private int _firstTrack;
    private int _lastTrack;

    /// <param name="folder">The folder for all of it; it exists.</param>
    /// <param name="kinds">What to write.</param>
    /// <param name="format">The format of overlays of sequences.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="list">Told of every file before it is written.</param>
    /// <param name="codec">How videos are encoded.</param>
    public VideoWriter(
        string folder, SaveKinds kinds, OverlayFormat format, ModelCard card, OutputList list, IReadOnlyList<string> codec)
    {
        (_folder, _kinds, _format, _list, _codec) = (folder, kinds, format, list, codec);
        TracksFile = Path.Combine(folder, "tracks.json");
        if (!kinds.HasFlag(SaveKinds.Coco)) return;
        _tracks = new TrackWriter(
            list.Add(TracksFile), card.Classes.Select(c => new CocoCategory(c.CategoryId, c.Name) { IdText = c.IdText }));
    }

    /// <summary>The JSON of tracks; it is there after <see cref="Complete"/>.</summary>
    public string TracksFile { get; }

    /// <summary>Videos written.</summary>
    public List<string> Videos { get; } = [];

    /// <summary>Objects in all videos.</summary>
    public int Objects => _lastTrack;

    /// <summary>Adds an image of a video, whose first one has the index 0.</summary>
    /// <returns>False where ffmpeg takes no more images.</returns>
    public async Task<bool> WriteAsync(IFrameSource source, Image image, TrackedSegmentation found)
    {
        if (found.Index == 0) Begin(source, image.Size);
        foreach (TrackedInstance one in found.Instances) _lastTrack = Math.Max(_lastTrack, _firstTrack + one.TrackId);
        if (_tracks is not null)
        {
            // Numbers are those of the file: a second video goes on where the first one ends.
            TrackedInstance[] numbered = [.. found.Instances.Select(one => one with { TrackId = _firstTrack + one.TrackId })];
            _tracks.AddFrame((found with { Instances = numbered }).ToObjects());
        }

        if (!_kinds.HasFlag(SaveKinds.Overlay)) return true;
        if (source is ImageSequence sequence)
        {
            byte[] drawn = await Task.Run(() => Overlay.Draw(image, found).Encode(_format.Format)).ConfigureAwait(false);
            AtomicFile.WriteAllBytes(_list.Add(Path.Combine(_folder, sequence[found.Index].Name + _format.Extension)), drawn);
            return true;
        }

        Image overlay = await Task.Run(() => Overlay.Draw(image, found)).ConfigureAwait(false);
        return await _encoder!.TryWriteAsync(overlay).ConfigureAwait(false);
    }

    /// <summary>Ends a video.</summary>
    /// <param name="interrupted">Whether Ctrl-C ended it early.</param>
    public async Task EndAsync(bool interrupted)
    {
        _firstTrack = _lastTrack;
        if (_encoder is null) return;
        await _encoder.CompleteAsync(interrupted).ConfigureAwait(false);
        Videos.Add(_video!);
        _encoder.Dispose();
        _encoder = null;
    }

    /// <summary>Ends the JSON.</summary>
    public void Complete() => _tracks?.Complete();

    /// <inheritdoc />
    public void Dispose()
    {
        _encoder?.Dispose();
        _tracks?.Dispose();
    }

    private void Begin(IFrameSource source, ImageSize size)
    {
        _tracks?.BeginVideo(source.Name, size.Width, size.Height, source.FileName, source.FramesPerSecond);
        if (source is ImageSequence || !_kinds.HasFlag(SaveKinds.Overlay)) return;
        _video = Path.Combine(_folder, source.Name + ".mp4");
        _encoder = new VideoEncoder(_list.Add(_video), size, source.Rate, _codec);
    }
}
