using Panoptes.Masks;

namespace Panoptes.Inference.Tracking;

/// <summary>
/// Follows objects through the images of one sequence: it gives every instance the number of the object that it shows, by what the model
/// finds in the images one by one. Pixels are not looked at and no image is waited for, so that a camera can be followed as it runs.
/// </summary>
/// <remarks>
/// The association is ByteTrack's (arXiv 2110.06864): instances of high score are paired with tracks first, those of low score, such as
/// half hidden objects, with the tracks that are left. Tracks are expected where a Kalman filter takes them, as in SORT (arXiv 1602.00763);
/// pairs have the largest sum of IoUs. What then is left of both is compared as masks allow it: an object that was hidden comes out from
/// behind another one in parts, which fit what that one leaves visible of it. An object keeps its class: instances continue tracks of their
/// own class only. The time grows with the objects of an image, not with the length of the sequence. For one thread at a time.
/// </remarks>
/// <example><code>
/// Tracker tracker = new();
/// foreach (Segmentation found in frames)
/// {
///     foreach (TrackedInstance one in tracker.Update(found).Instances) Console.WriteLine($"{one.TrackId} {one.Instance.ClassName}");
/// }
/// </code></example>
public sealed class Tracker
{
    // Low scores are often background: ByteTrack asks for more overlap there.
    private const double LowScoreIoU = 0.5;

    // The first pixels that come out from behind another object overlap little with what is expected there.
    private const double VisibleIoU = 0.1;

    private readonly TrackingOptions _options;
    private readonly List<Track> _tracks = [];
    private ImageSize? _size;
    private int _index;
    private int _lastId;

    /// <summary>Starts a sequence.</summary>
    /// <param name="options">How instances become tracks; null for the defaults.</param>
    /// <exception cref="InputException">A value of the options is outside of its range.</exception>
    public Tracker(TrackingOptions? options = null)
    {
        _options = options ?? new TrackingOptions();
        _options.Validate();
    }

    /// <summary>Goes on with the next image of the sequence.</summary>
    /// <param name="found">What the model found in it, from <see cref="TrackingOptions.LowScore"/> on. An instance without a pixel in its
    /// mask can be followed by its box only.</param>
    /// <returns>The same, with the objects' numbers.</returns>
    /// <exception cref="ArgumentException">The image is of another size than those before.</exception>
    public TrackedSegmentation Update(Segmentation found)
    {
        ArgumentNullException.ThrowIfNull(found);
        ImageSize size = new(found.Width, found.Height);
        if (_size is { } before && before != size)
        {
            throw new ArgumentException(
                $"Image {_index} of the sequence is {size}, the images before it are {before}; all must have one size.", nameof(found));
        }

        _size = size;
        foreach (Track track in _tracks) track.Predict(_options.PredictMotion);
        Dictionary<Instance, Track> trackOf = Associate(found.Instances);
        _tracks.RemoveAll(track => track.Lost > (track.Id > 0 ? _options.MaxLostFrames : 0));
        foreach (Track track in _tracks)
        {
            if (track.Id == 0 && (track.Hits >= _options.MinHits || _index == 0)) track.Id = ++_lastId;
        }

        TrackedInstance[] tracked =
        [
            .. found.Instances
                .Where(i => trackOf.TryGetValue(i, out Track? track) && track.Id > 0)
                .Select(i => new TrackedInstance(trackOf[i].Id, i)),
        ];
        return new TrackedSegmentation(_index++, found, tracked);
    }

    /// <summary>Continues tracks with instances and begins tracks with those that are left.</summary>
    private Dictionary<Instance, Track> Associate(IReadOnlyList<Instance> found)
    {
        Instance[] usable = [.. found.Where(i => i.Score >= _options.LowScore)];
        List<Instance> high = [.. usable.Where(i => i.Score >= _options.HighScore)];
        List<Instance> low = [.. usable.Where(i => i.Score < _options.HighScore)];
        Rle? covered = _options.ExpectOcclusion && usable.Length > 0 ? Rle.Union([.. usable.Select(i => i.Mask)]) : null;
        Dictionary<Instance, Track> trackOf = new(ReferenceEqualityComparer.Instance);

        Continue(_tracks.Where(track => track.Id > 0), high, _options.MinIoU);
        Continue(_tracks.Where(track => track.Id > 0 && track.Lost == 1), low, LowScoreIoU);
        if (covered is not null) Pair([.. _tracks.Where(track => track.Id > 0 && track.Lost > 0)], high, VisibleIoU, OfVisible);
        Continue(_tracks.Where(track => track.Id == 0), high, _options.MinIoU);
        foreach (Instance instance in high)
        {
            Track begun = new(instance);
            _tracks.Add(begun);
            trackOf.Add(instance, begun);
        }

        return trackOf;

        void Continue(IEnumerable<Track> tracks, List<Instance> instances, double minIoU) =>
            Pair([.. tracks], instances, minIoU, (some, others) => TrackOverlaps.OfLast(some, others, _options.Overlap));

        double[] OfVisible(IReadOnlyList<Track> tracks, IReadOnlyList<Instance> instances) =>
            TrackOverlaps.OfVisible(tracks, instances, covered);

        void Pair(
            Track[] tracks, List<Instance> instances, double minIoU, Func<Track[], List<Instance>, double[]> overlapsOf)
        {
            double[] overlaps = overlapsOf(tracks, instances);
            for (int at = 0; at < overlaps.Length; at++)
            {
                (int t, int i) = Math.DivRem(at, instances.Count);
                if (overlaps[at] < minIoU || tracks[t].ClassIndex != instances[i].ClassIndex) overlaps[at] = 0;
            }

            int[] instanceOf = LinearAssignment.Maximize(overlaps, tracks.Length, instances.Count);
            for (int t = 0; t < tracks.Length; t++)
            {
                int i = instanceOf[t];
                if (i < 0 || overlaps[(t * instances.Count) + i] == 0) continue;
                tracks[t].Continue(instances[i], covered);
                trackOf.Add(instances[i], tracks[t]);
            }

            instances.RemoveAll(trackOf.ContainsKey);
        }
    }
}
