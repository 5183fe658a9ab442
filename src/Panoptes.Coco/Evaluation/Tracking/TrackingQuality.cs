using System.Diagnostics;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Tracks;

namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>
/// Measures tracks against ground truth: HOTA (arXiv 2009.07736), IDF1 (arXiv 1609.01775) and MOTA (CLEAR MOT, Bernardin and Stiefelhagen
/// 2008), as
/// TrackEval computes them. Classes are measured apart from each other and added up by counts.
/// </summary>
public static class TrackingQuality
{
    /// <summary>Compares two files.</summary>
    /// <param name="groundTruthPath">The ground truth, a JSON of tracks (<see cref="TrackDataset.Load"/>).</param>
    /// <param name="predictionPath">The tracker's JSON.</param>
    /// <param name="iou">Masks or boxes; there is no figure for boundaries.</param>
    /// <param name="limits">How large images may be that the files declare; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">A file is missing or malformed, or videos or classes do not belong together.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TrackingResult Score(
        string groundTruthPath,
        string predictionPath,
        IouType iou = IouType.Segm,
        InputLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        TrackDataset groundTruth = TrackDataset.Load(groundTruthPath, iou == IouType.Segm, limits, cancellationToken);
        TrackDataset predictions = TrackDataset.Load(predictionPath, iou == IouType.Segm, limits, cancellationToken);
        TrackingResult result;
        try
        {
            result = Score(groundTruth, predictions, iou, cancellationToken);
        }
        catch (InputException e) when (e.File is null)
        {
            throw e.InFile(predictionPath);
        }

        return result with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
    }

    /// <summary>Compares tracks in memory.</summary>
    /// <param name="groundTruth">The ground truth.</param>
    /// <param name="predictions">
    /// What the tracker found. Videos are matched by name, or where both sides have one; classes by name. Images that follow the last one
    /// of a
    /// video here count as empty.
    /// </param>
    /// <param name="iou">Masks or boxes; there is no figure for boundaries.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException"><paramref name="iou"/> is for boundaries, or masks are compared and one is missing.</exception>
    /// <exception cref="InputException">Videos or classes do not belong together.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TrackingResult Score(
        TrackDataset groundTruth, TrackDataset predictions, IouType iou = IouType.Segm, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groundTruth);
        ArgumentNullException.ThrowIfNull(predictions);
        if (iou == IouType.Boundary)
        {
            throw new ArgumentException("Tracks are compared by masks or boxes, not by boundaries.", nameof(iou));
        }

        long start = Stopwatch.GetTimestamp();
        ClassMatch classes = ClassMatch.ByName(
            [.. predictions.Categories.Select(c => (c.Id, c.Name))], "the predictions",
            [.. groundTruth.Categories.Select(c => (c.Id, c.Name))], "the ground truth");
        List<string> warnings = [.. groundTruth.Warnings, .. predictions.Warnings];
        if (classes.Remark is { } remark)
        {
            warnings.Add(remark);
        }

        TrackTally all = new();
        SortedDictionary<long, TrackTally> byClass = [];
        int frames = 0;
        foreach ((TrackVideo truth, TrackVideo? found) in Pair(groundTruth.Videos, predictions.Videos, warnings))
        {
            frames += truth.Frames.Count;
            ILookup<long, TrackedObject>[] trueClasses = Group(truth, truth.Frames.Count, id => id, iou);
            ILookup<long, TrackedObject>[] foundClasses = Group(found, truth.Frames.Count, id => classes[id], iou);
            IEnumerable<long> occurring = trueClasses.Concat(foundClasses).SelectMany(frame => frame.Select(group => group.Key));
            foreach (long category in occurring.Distinct().Order())
            {
                cancellationToken.ThrowIfCancellationRequested();
                TrackCell cell = new(Of(trueClasses, category), Of(foundClasses, category), iou);
                all.Add(cell);
                if (!byClass.TryGetValue(category, out TrackTally? tally))
                {
                    byClass.Add(category, tally = new TrackTally());
                }

                tally.Add(cell);
            }
        }

        Dictionary<long, CocoCategory> named = groundTruth.Categories.ToDictionary(category => category.Id);
        return new TrackingResult(
            all.ToFigures(),
            [.. byClass.Select(one => new TrackingClass(named[one.Key], one.Value.ToFigures()))],
            groundTruth.Videos.Count,
            frames,
            warnings,
            Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>The objects of each image by their classes, as the ground truth numbers them.</summary>
    private static ILookup<long, TrackedObject>[] Group(TrackVideo? video, int frames, Func<long, long> classOf, IouType iou)
    {
        ILookup<long, TrackedObject>[] grouped = new ILookup<long, TrackedObject>[frames];
        for (int i = 0; i < frames; i++)
        {
            IReadOnlyList<TrackedObject> objects = i < video?.Frames.Count ? video.Frames[i] : [];
            if (iou == IouType.Segm && objects.FirstOrDefault(one => one.Mask is null) is { } without)
            {
                throw new ArgumentException($"Track {without.TrackId} has no mask in image {i} of video '{video!.Name}'.");
            }

            grouped[i] = objects.ToLookup(one => classOf(one.CategoryId));
        }

        return grouped;
    }

    private static IReadOnlyList<TrackedObject>[] Of(ILookup<long, TrackedObject>[] frames, long category) =>
        [.. frames.Select(frame => (IReadOnlyList<TrackedObject>)[.. frame[category]])];

    private static IEnumerable<(TrackVideo Truth, TrackVideo? Found)> Pair(
        IReadOnlyList<TrackVideo> groundTruth, IReadOnlyList<TrackVideo> predictions, List<string> warnings)
    {
        bool single = groundTruth.Count == 1 && predictions.Count == 1;
        ILookup<string, TrackVideo> named = predictions.ToLookup(video => single ? groundTruth[0].Name : video.Name);
        HashSet<string> names = [.. groundTruth.Select(video => video.Name)];
        if (names.Count < groundTruth.Count)
        {
            throw InputException.InContent(null, "videos of the ground truth have the same name; videos are matched by their names.");
        }

        if (named.FirstOrDefault(video => !names.Contains(video.Key))?.Key is { } unknown)
        {
            string known = string.Join(", ", names.Select(name => $"'{name}'"));
            throw InputException.InContent(null, $"has a video '{unknown}' that the ground truth does not have; it has {known}.");
        }

        foreach (TrackVideo truth in groundTruth)
        {
            TrackVideo[] found = [.. named[truth.Name]];
            if (found.Length > 1)
            {
                throw InputException.InContent(null, $"has {found.Length} videos named '{truth.Name}'; videos are matched by their names.");
            }

            if (found.Length == 0 || found[0].Frames.Count < truth.Frames.Count)
            {
                int count = found.Length == 0 ? 0 : found[0].Frames.Count;
                string part = $"{count} of {truth.Frames.Count} images";
                warnings.Add($"Video '{truth.Name}': {part} have predictions; in the others nothing counts as found.");
            }

            Require(truth, found.FirstOrDefault());
            yield return (truth, found.FirstOrDefault());
        }
    }

    private static void Require(TrackVideo truth, TrackVideo? found)
    {
        if (found is null)
        {
            return;
        }

        if (found.Frames.Count > truth.Frames.Count)
        {
            throw InputException.InContent(
                null, $"video '{found.Name}' has {found.Frames.Count} images, but only {truth.Frames.Count} in the ground truth.");
        }

        if (found.Frames.Count > 0 && truth.Frames.Count > 0 && (found.Width, found.Height) != (truth.Width, truth.Height))
        {
            throw InputException.InContent(
                null, $"video '{found.Name}' is {found.Width}x{found.Height}, but {truth.Width}x{truth.Height} in the ground truth.");
        }
    }
}
