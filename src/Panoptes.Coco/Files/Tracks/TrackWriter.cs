using System.Text.Encodings.Web;
using System.Text.Json;

namespace Panoptes.Coco.Files.Tracks;

/// <summary>
/// Writes a JSON of tracks image by image, so that memory stays flat however long the videos are: a COCO instance JSON with TAO's keys for
/// videos (arXiv 2005.10356). Tools that read COCO's files, pycocotools among them, read it as the instances of many images. It is
/// written to a
/// temporary file and renamed by <see cref="Complete"/>, so that a failure leaves an older file as it was.
/// </summary>
/// <example><code>
/// using TrackWriter writer = new("tracks.json", categories);
/// writer.BeginVideo("clip.mp4", 640, 480, frame => $"clip/{frame + 1:000000}.png");
/// writer.AddFrame([new TrackedObject(1, 1, new BoxXywh(10, 10, 5, 5), mask, 0.9)]);
/// writer.Complete();
/// </code></example>
public sealed class TrackWriter : IDisposable
{
    private const int BufferSize = 1 << 16;

    // The default would write every '<' and '>' of a compressed RLE as six characters, for HTML's sake.
    private static readonly JsonWriterOptions s_format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FileDraft _draft;
    private readonly Utf8JsonWriter _json;
    private readonly IdTexts _texts;
    private readonly List<Video> _videos = [];
    private readonly Dictionary<long, (long Category, int Video)> _tracks = [];
    private long _images;
    private long _annotations;

    /// <summary>Begins the file.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="categories">The classes.</param>
    public TrackWriter(string path, IEnumerable<CocoCategory> categories)
    {
        ArgumentNullException.ThrowIfNull(categories);
        CocoCategory[] classes = [.. categories];
        _texts = new IdTexts(classes.Select(category => (category.Id, category.IdText)));
        _draft = new FileDraft(path, BufferSize);
        _json = new Utf8JsonWriter(_draft.Stream, s_format);
        _json.WriteStartObject();
        _json.WriteStartArray("categories"u8);
        foreach (CocoCategory category in classes)
        {
            CocoWriter.WriteCategory(_json, category);
        }

        _json.WriteEndArray();
        _json.WriteStartArray("annotations"u8);
    }

    /// <summary>Images written.</summary>
    public long Images => _images;

    /// <summary>Tracks written.</summary>
    public int Tracks => _tracks.Count;

    /// <summary>Begins a video; the images that are added next belong to it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="width">Columns of its images, at least 1.</param>
    /// <param name="height">Rows of its images, at least 1.</param>
    /// <param name="fileName">The file of an image, by its place in the video from 0 on, relative to the folder of images.</param>
    /// <param name="framesPerSecond">Images a second; null where that is not known.</param>
    public void BeginVideo(string name, int width, int height, Func<int, string> fileName, double? framesPerSecond = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        _videos.Add(new Video(name, width, height, fileName, framesPerSecond));
    }

    /// <summary>Adds the next image of the video.</summary>
    /// <param name="objects">The objects that it shows; none is allowed.</param>
    /// <exception cref="InvalidOperationException">No video was begun.</exception>
    /// <exception cref="ArgumentException">A track is of another class or video than before.</exception>
    public void AddFrame(IEnumerable<TrackedObject> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        if (_videos.Count == 0)
        {
            throw new InvalidOperationException("An image belongs to a video: begin one before.");
        }

        _images++;
        _videos[^1].Frames++;
        foreach (TrackedObject one in objects)
        {
            (long Category, int Video) own = (one.CategoryId, _videos.Count);
            if (!_tracks.TryAdd(one.TrackId, own) && _tracks[one.TrackId] != own)
            {
                (long category, int video) = _tracks[one.TrackId];
                throw new ArgumentException(
                    $"Track {one.TrackId} is of class {category} in video {video}; "
                    + $"it cannot be of class {own.Category} in video {own.Video}.",
                    nameof(objects));
            }

            WriteObject(one);
        }

        _json.Flush();
    }

    /// <summary>Ends the file and puts it in place.</summary>
    public void Complete()
    {
        _json.WriteEndArray();
        WriteImages();
        WriteVideos();
        _json.WriteObjects("tracks"u8, _tracks, track =>
        {
            _json.WriteNumber("id"u8, track.Key);
            CocoWriter.WriteId(_json, "category_id"u8, track.Value.Category, _texts.OfClass(track.Value.Category));
            _json.WriteNumber("video_id"u8, track.Value.Video);
        });
        _json.WriteEndObject();
        _json.Dispose();
        _draft.Complete();
    }

    /// <summary>Removes the file unless it is complete.</summary>
    public void Dispose()
    {
        _json.Dispose();
        _draft.Dispose();
    }

    private void WriteObject(TrackedObject one)
    {
        _json.WriteStartObject();
        _json.WriteNumber("id"u8, ++_annotations);
        _json.WriteNumber("image_id"u8, _images);
        _json.WriteNumber("video_id"u8, _videos.Count);
        _json.WriteNumber("track_id"u8, one.TrackId);
        CocoWriter.WriteId(_json, "category_id"u8, one.CategoryId, _texts.OfClass(one.CategoryId));
        _json.WriteNumber("iscrowd"u8, 0);
        _json.WriteNumber("area"u8, one.Mask?.Area ?? one.Bbox.Area);
        _json.WritePropertyName("bbox"u8);
        CocoWriter.WriteBox(_json, one.Bbox);
        if (one.Score is { } score)
        {
            _json.WriteNumber("score"u8, score);
        }

        if (one.Mask is { } mask)
        {
            _json.WritePropertyName("segmentation"u8);
            CocoWriter.WriteCompressed(_json, mask);
        }

        _json.WriteEndObject();
    }

    private void WriteImages()
    {
        long id = 0;
        _json.WriteStartArray("images"u8);
        for (int v = 0; v < _videos.Count; v++)
        {
            Video video = _videos[v];
            for (int frame = 0; frame < video.Frames; frame++)
            {
                _json.WriteStartObject();
                _json.WriteNumber("id"u8, ++id);
                _json.WriteNumber("video_id"u8, v + 1);
                _json.WriteNumber("frame_index"u8, frame);
                _json.WriteString("file_name"u8, video.FileName(frame));
                _json.WriteNumber("width"u8, video.Width);
                _json.WriteNumber("height"u8, video.Height);
                _json.WriteEndObject();
                if (_json.BytesPending > BufferSize)
                {
                    _json.Flush();
                }
            }
        }

        _json.WriteEndArray();
    }

    private void WriteVideos()
    {
        int id = 0;
        _json.WriteObjects("videos"u8, _videos, video =>
        {
            _json.WriteNumber("id"u8, ++id);
            _json.WriteString("name"u8, video.Name);
            _json.WriteNumber("width"u8, video.Width);
            _json.WriteNumber("height"u8, video.Height);
            _json.WriteNumber("length"u8, video.Frames);
            if (video.FramesPerSecond is { } rate)
            {
                _json.WriteNumber("fps"u8, rate);
            }
        });
    }

    private sealed class Video(string name, int width, int height, Func<int, string> fileName, double? framesPerSecond)
    {
        public string Name => name;

        public int Width => width;

        public int Height => height;

        public Func<int, string> FileName => fileName;

        public double? FramesPerSecond => framesPerSecond;

        public int Frames { get; set; }
    }
}
