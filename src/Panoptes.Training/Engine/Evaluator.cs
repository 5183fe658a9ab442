using System.Diagnostics;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Training.Data;
using Panoptes.Training.Distributed;
using Panoptes.Training.Models.Ciae;

namespace Panoptes.Training.Engine;

/// <summary>Runs a model over a dataset and scores what it finds as COCO does: AP of objects, and panoptic quality.</summary>
public sealed class Evaluator
{
    private readonly EvaluationData _data;
    private readonly int _batchSize;
    private readonly TrueInstances? _oracle;

    /// <summary>Prepares the evaluation.</summary>
    /// <param name="data">The images and their ground truth.</param>
    /// <param name="batchSize">Images that the network sees at once.</param>
    /// <param name="oracle">
    /// A network of CIAE that is given the ground truth's things, boxes and masks, instead of detecting them (the oracle of its Table IV);
    /// it stays the caller's to dispose. Null (the default) lets the model detect them.
    /// </param>
    /// <exception cref="InputException">The oracle is no CIAE model, or the images have no panoptic annotations.</exception>
    public Evaluator(EvaluationData data, int batchSize = 1, INetwork? oracle = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _data = data;
        _batchSize = batchSize;
        _oracle = oracle is null ? null : new TrueInstances(data, oracle);
    }

    /// <summary>Told the first warning of an image's reader (<see cref="Image.Warnings"/>); null (the default) to ignore it.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>
    /// The processes that share the images; all of them run the evaluation, and all have its result. Null (the default) evaluates here
    /// alone.
    /// </summary>
    public ProcessGroup? Processes { get; init; }

    /// <summary>Predicts and scores.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="limit">Only this many images, the first ones; null takes all.</param>
    /// <param name="progress">Told the number of images done and of all.</param>
    /// <param name="found">Given what was found in each image as it comes, for anyone who keeps it; null to ignore it.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="InputException">
    /// An image is missing or unreadable, or the model has classes that the dataset does not have.
    /// </exception>
    public EvaluationResult Run(
        Segmenter segmenter,
        int? limit = null,
        IProgress<(int Done, int Total)>? progress = null,
        Action<CocoImage, Segmentation>? found = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(segmenter);
        return Score(Predict(segmenter, Shard.Whole, limit, 0, progress, found, cancellationToken), limit);
    }

    /// <summary>Predicts and scores, and from the same predictions scores the first images alone.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="limit">Only this many images, the first ones.</param>
    /// <param name="first">How many of them are scored alone too; as many or more give the one result twice.</param>
    /// <param name="progress">Told the number of images done and of all.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    internal (EvaluationResult All, EvaluationResult First) RunWithFirst(
        Segmenter segmenter, int limit, int first, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        bool isAlone = first < Count(limit);
        Found all = Predict(segmenter, Shard.Whole, limit, isAlone ? first : 0, progress, null, cancellationToken);
        EvaluationResult result = Score(all, limit);
        if (!isAlone)
        {
            return (result, result);
        }

        HashSet<long> ids = [.. Images(first).Select(image => image.Id)];
        CocoDetection[] detections = [.. all.Detections.Where(detection => ids.Contains(detection.ImageId))];
        return (result, Score(all with { Detections = detections, Panoptic = all.FirstPanoptic }, first));
    }

    /// <summary>How many images an evaluation has.</summary>
    /// <param name="limit">Only the first ones; null takes all.</param>
    public int Count(int? limit = null) => Math.Min(_data.Objects.Images.Count, limit ?? int.MaxValue);

    /// <summary>Predicts a share of the images, and compares their segments; <see cref="Merge"/> scores all shares.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="shard">Which of the images.</param>
    /// <param name="limit">The first images, which are shared out; null for all.</param>
    /// <param name="progress">Told the number of images done and of the share.</param>
    /// <param name="found">Given what was found in each image as it comes, for anyone who keeps it; null to ignore it.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="InputException">
    /// An image is missing or unreadable, or the model has classes that the dataset does not have.
    /// </exception>
    /// <exception cref="InvalidOperationException"><see cref="Processes"/> share the images already.</exception>
    public EvaluationPart RunShard(
        Segmenter segmenter,
        Shard shard,
        int? limit = null,
        IProgress<(int Done, int Total)>? progress = null,
        Action<CocoImage, Segmentation>? found = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(segmenter);
        ArgumentNullException.ThrowIfNull(shard);
        if (Processes is not null) throw new InvalidOperationException("The processes of a group share all images.");
        Found part = Predict(segmenter, shard, limit, 0, progress, found, cancellationToken);
        return new EvaluationPart(part.Detections, part.MaxDetections, part.Seconds)
        {
            Comparisons = part.Panoptic?.ToBytes(),
            WithTrueBoxes = _oracle is not null,
        };
    }

    /// <summary>Scores the parts of all shares: the figures of one <see cref="Run"/>, but for the seconds, which are sums.</summary>
    /// <param name="parts">What <see cref="RunShard"/> gave for every share, in their order.</param>
    /// <param name="limit">The limit that it had.</param>
    /// <exception cref="InputException">Comparisons are damaged, or of other ground truth.</exception>
    public EvaluationResult Merge(IReadOnlyList<EvaluationPart> parts, int? limit = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count, nameof(parts));
        PanopticScorer? panoptic = _data.Panoptic is { } groundTruth && parts[0].Comparisons is not null
            ? new PanopticScorer(groundTruth, _data.PanopticFolder)
            : null;
        foreach (EvaluationPart part in parts)
        {
            if (part.Comparisons is { } comparisons) panoptic?.Add(comparisons);
        }

        EvaluationSeconds seconds = new(
            parts.Sum(part => part.Seconds.Load), parts.Sum(part => part.Seconds.Network), parts.Sum(part => part.Seconds.Post));
        Found all = new([.. parts.SelectMany(part => part.Detections)], panoptic, parts.Max(part => part.MaxDetections), seconds);
        return Score(all, limit) with { WithTrueBoxes = parts[0].WithTrueBoxes };
    }

    // The comparisons of segments are kept apart for so many of the first images, and counted among all.
    private Found Predict(
        Segmenter segmenter,
        Shard shard,
        int? limit,
        int apart,
        IProgress<(int Done, int Total)>? progress,
        Action<CocoImage, Segmentation>? found,
        CancellationToken cancellationToken)
    {
        (ClassMatch things, ClassMatch? segmented) = MatchClasses(segmenter.Card);
        CocoImage[] images = Images(limit);
        PanopticScorer? panoptic = CreateScorer(), firstPanoptic = apart > 0 ? CreateScorer() : null;
        FirstWarning warning = new(Warn);
        List<CocoDetection> detections = new();
        TimeSpan load = default, network = default, post = default;
        EvaluationShare share = new(Processes, shard, images.Length);
        share.Run(_batchSize, PredictBatch, detections, panoptic);
        if (firstPanoptic is not null)
        {
            if (Processes is not null) Array.ForEach(Processes.Gather(firstPanoptic.ToBytes()), firstPanoptic.Add);
            panoptic!.Add(firstPanoptic.ToBytes());
        }

        return new Found(
            detections,
            panoptic,
            segmenter.Card.Detection.MaxDetections,
            new EvaluationSeconds(load.TotalSeconds, network.TotalSeconds, post.TotalSeconds))
        {
            FirstPanoptic = firstPanoptic,
        };

        PanopticScorer? CreateScorer() => _data.Panoptic is { } groundTruth && segmenter.Card.IsPanoptic
            ? new PanopticScorer(groundTruth, _data.PanopticFolder, segmented)
            : null;

        void PredictBatch(int first, int end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CocoImage[] batch = images[first..end];
            long start = Stopwatch.GetTimestamp();
            Image[] loaded = [.. batch.Select(image => _data.Read(image, cancellationToken))];
            load += Stopwatch.GetElapsedTime(start);
            Array.ForEach(loaded, warning.Look);
            IReadOnlyList<Segmentation> results = _oracle is null
                ? segmenter.Segment(loaded, cancellationToken)
                : _oracle.Segment(first, loaded, cancellationToken);
            load += results[0].Timings.Preprocess;
            network += results[0].Timings.Network;
            post += results[0].Timings.Postprocess;
            for (int i = 0; i < batch.Length; i++)
            {
                detections.AddRange(results[i].ToCoco(batch[i].Id, things));
                (first + i < apart ? firstPanoptic : panoptic)?.Add(batch[i].Id, results[i].Panoptic!);
                found?.Invoke(batch[i], results[i]);
            }

            progress?.Report((share.Done(end), share.Total));
        }
    }

    private EvaluationResult Score(Found found, int? limit)
    {
        // A model that gives more than COCO counts is measured by what it gives.
        int[] limits = [1, 10, Math.Max(found.MaxDetections, 100)];
        long[] ids = [.. Images(limit).Select(image => image.Id)];
        ApResult Score(IouType type) => new AveragePrecision(
            _data.Objects,
            new ApOptions
            {
                IouType = type,
                ImageIds = ids,
                MaxDetections = limits,
                DetectionArea = type == IouType.Segm ? DetectionArea.Mask : DetectionArea.Box,
            }).Evaluate(found.Detections);
        return new EvaluationResult(Score(IouType.Bbox), Score(IouType.Segm), ids.Length, found.Detections, found.Seconds)
        {
            Panoptic = found.Panoptic?.ToResult(),
            WithTrueBoxes = _oracle is not null,
        };
    }

    private CocoImage[] Images(int? limit) => [.. _data.Objects.Images.Take(limit ?? int.MaxValue)];

    /// <summary>Draws images, the first ones, with the ground truth on the left and what is found on the right.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="count">How many images.</param>
    /// <param name="output">The folder that receives a PNG for each.</param>
    /// <param name="first">The place of the first one; 0, the default, begins with the first image.</param>
    public void DrawSamples(Segmenter segmenter, int count, string output, int first = 0) =>
        SampleSheets.Draw(segmenter, _data, first, count, output, _oracle);

    private (ClassMatch Things, ClassMatch? Segments) MatchClasses(ModelCard card)
    {
        ClassMatch things = ClassMatch.Of(card.Classes, "the model", _data.Objects.Categories, "the annotations");
        ClassMatch? segments = _data.Panoptic is { } groundTruth && card.IsPanoptic
            ? ClassMatch.ByName(
                [.. card.Classes.Concat(card.StuffClasses).Select(c => (c.CategoryId, NameOf(c.Name, c.IsThing)))],
                "the model",
                [.. groundTruth.Categories.Select(c => (c.Id, NameOf(c.Name, c.IsThing)))],
                "the panoptic annotations")
            : null;
        foreach (string remark in new[] { things.Remark, segments?.Remark }.OfType<string>().Take(1))
        {
            Warn?.Invoke(remark);
        }

        return (things, segments);
    }

    // A thing and stuff of one name are two classes.
    private static string NameOf(string name, bool isThing) => isThing ? name : $"{name} (stuff)";

    /// <summary>What a model found in images, before it is scored.</summary>
    private sealed record Found(
        IReadOnlyList<CocoDetection> Detections, PanopticScorer? Panoptic, int MaxDetections, EvaluationSeconds Seconds)
    {
        /// <summary>The comparisons of the first images alone, where they were asked for.</summary>
        public PanopticScorer? FirstPanoptic { get; init; }
    }
}
