using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Files.Tracks;

/// <summary>What a JSON of tracks holds beyond an instance JSON.</summary>
internal sealed class TrackKeys
{
    // Far more than a video has: places are integers of 32 bits.
    private const int MaxFrame = 1_000_000_000;

    /// <summary>Names of the videos by their ids, in the file's order.</summary>
    public OrderedDictionary<long, string> Videos { get; } = [];

    /// <summary>Video and place in it, by the image's id.</summary>
    public Dictionary<long, (long Video, int Frame)> Images { get; } = [];

    /// <summary>Track and score, by the annotation's id.</summary>
    public Dictionary<long, (long Track, double? Score)> Annotations { get; } = [];

    /// <summary>Reads them with all cores.</summary>
    /// <exception cref="InputException">The file is malformed, or a key is missing.</exception>
    public static TrackKeys Load(string path, CancellationToken cancellationToken)
    {
        TrackKeys all = new();
        foreach (TrackKeys some in JsonLists.Read(path, ReadBlock, RequireLists, cancellationToken))
        {
            foreach ((long id, string name) in some.Videos)
            {
                if (!all.Videos.TryAdd(id, name))
                {
                    throw new InputException(
                        InputErrorKind.Invalid, path, $"video {id}", "the id occurs twice; every video needs its own.");
                }
            }

            foreach ((long id, (long Video, int Frame) place) in some.Images)
            {
                all.Images[id] = place;
            }

            foreach ((long id, (long Track, double? Score) track) in some.Annotations)
            {
                all.Annotations[id] = track;
            }
        }

        return all;
    }

    private static void RequireLists(ref JsonReader json) => JsonElements.RequireLists(
        ref json,
        "a file of tracks has videos, images, annotations and categories",
        ["videos", "images", "annotations", "categories"],
        []);

    private static TrackKeys ReadBlock(ref JsonReader json, JsonBlock block)
    {
        TrackKeys keys = new();
        JsonElements.ReadNamed(
            ref json,
            block,
            list => list switch
            {
                "videos" => keys.ReadVideo,
                "images" => keys.ReadImage,
                "annotations" => keys.ReadAnnotation,
                _ => null,
            },
            "holds a list, so it looks like a results file; "
            + "a file of tracks is an object with videos, images, annotations and categories.");
        return keys;
    }

    private void ReadVideo(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long? id = null;
        string? name = null;
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = errors.Id(ref json, "id");
            }
            else if (key.SequenceEqual("name"u8))
            {
                name = errors.Text(ref json, "name");
            }

            json.Skip();
        }

        errors.Require(id, "id");
        if (id is { } video && !Videos.TryAdd(video, name ?? $"video {video}"))
        {
            errors.Add("the id occurs twice; every video needs its own");
        }

        errors.Throw("video", id, "videos", index);
    }

    private void ReadImage(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long? id = null;
        long? video = null;
        long? frame = null;
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = errors.Id(ref json, "id");
            }
            else if (key.SequenceEqual("video_id"u8))
            {
                video = errors.Id(ref json, "video_id");
            }
            else if (key.SequenceEqual("frame_index"u8) || key.SequenceEqual("frame_id"u8))
            {
                frame = errors.Integer(ref json, "frame_index", 0, MaxFrame);
            }

            json.Skip();
        }

        errors.Require(id, "id");
        errors.Require(video, "video_id");
        errors.Require(frame, "frame_index");
        errors.Throw("image", id, "images", index);
        Images[id!.Value] = (video!.Value, (int)frame!.Value);
    }

    private void ReadAnnotation(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long? id = null;
        long? track = null;
        double? score = null;
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("id"u8))
            {
                id = errors.Id(ref json, "id");
            }
            else if (key.SequenceEqual("track_id"u8) || key.SequenceEqual("instance_id"u8))
            {
                track = errors.Id(ref json, "track_id");
            }
            else if (key.SequenceEqual("score"u8))
            {
                score = errors.Number(ref json, "score");
            }

            json.Skip();
        }

        errors.Require(id, "id");
        errors.Require(track, "track_id");
        errors.Throw("annotation", id, "annotations", index);
        Annotations[id!.Value] = (track!.Value, score);
    }

}
