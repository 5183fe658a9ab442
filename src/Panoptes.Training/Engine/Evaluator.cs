using System.Diagnostics;
using Panoptes.Coco;
using Panoptes.Evaluation;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Training.Engine;

/// <summary>Runs a model over a data set and scores what it finds as COCO does.</summary>
public sealed class Evaluator
{
    private readonly InstanceDataset _dataset;
    private readonly string _imagesFolder;
    private readonly int _batchSize;

    /// <summary>Prepares the evaluation.</summary>
    /// <param name="dataset">The ground truth.</param>
    /// <param name="imagesFolder">The folder of its pictures.</param>
    /// <param name="batchSize">Pictures that the network sees at once.</param>
    public Evaluator(InstanceDataset dataset, string imagesFolder, int batchSize = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _dataset = dataset;
        _imagesFolder = imagesFolder;
        _batchSize = batchSize;
    }

    /// <summary>Predicts and scores.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="limit">Only the first so many pictures; null takes all.</param>
    /// <param name="progress">Told the number of pictures done and of all.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="InputException">
    /// A picture is missing or unreadable, or the model has classes that the data set does not have.
    /// </exception>
    public EvaluationResult Run(
        Segmenter segmenter,
        int? limit = null,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        RequireClasses(segmenter.Card);
        CocoImage[] images = [.. _dataset.Images.Take(limit ?? int.MaxValue)];
        var detections = new List<CocoDetection>();
        TimeSpan load = default, network = default, post = default;
        for (int first = 0; first < images.Length; first += _batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CocoImage[] batch = images[first..Math.Min(first + _batchSize, images.Length)];
            long start = Stopwatch.GetTimestamp();
            Image[] pictures = [.. batch.Select(image => Image.Load(Path.Combine(_imagesFolder, image.FileName)))];
            load += Stopwatch.GetElapsedTime(start);
            IReadOnlyList<Segmentation> results = segmenter.Segment(pictures, cancellationToken);
            load += results[0].Timings.Preprocess;
            network += results[0].Timings.Network;
            post += results[0].Timings.Postprocess;
            for (int i = 0; i < batch.Length; i++)
            {
                detections.AddRange(results[i].Instances.Select(found => new CocoDetection(
                    batch[i].Id,
                    found.CategoryId,
                    new BoxXywh(found.Box.X1, found.Box.Y1, found.Box.Width, found.Box.Height),
                    found.Score,
                    found.Mask)));
            }

            progress?.Report((first + batch.Length, images.Length));
        }

        long[] ids = [.. images.Select(image => image.Id)];
        ApResult Score(IouType type) => new AveragePrecision(
            _dataset,
            new ApOptions
            {
                IouType = type,
                ImageIds = ids,
                DetectionArea = type == IouType.Segm ? DetectionArea.Mask : DetectionArea.Box,
            }).Evaluate(detections);
        return new EvaluationResult(
            Score(IouType.Bbox),
            Score(IouType.Segm),
            images.Length,
            detections,
            new EvaluationSeconds(load.TotalSeconds, network.TotalSeconds, post.TotalSeconds));
    }

    private void RequireClasses(ModelCard card)
    {
        ModelClass? unknown = card.Classes.FirstOrDefault(c => _dataset.IndexOfCategory(c.CategoryId) < 0);
        if (unknown is not null)
        {
            throw new InputException(
                $"the model's class '{unknown.Name}' (category {unknown.CategoryId}) is not among the annotations' categories: "
                + string.Join(", ", _dataset.Categories.Take(20).Select(c => $"{c.Id} {c.Name}")));
        }
    }
}
