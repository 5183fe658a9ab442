using System.Diagnostics;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Coco.Evaluation;

/// <summary>Panoptic quality (arXiv 1801.00868), equal to panopticapi's in every figure, and the mean IoU of classes.</summary>
/// <remarks>
/// Areas are counted from the PNGs. Where the JSON states another area, panopticapi believes the JSON and may give a quality beyond 1;
/// here the pixels count, and a warning says how many areas are wrong.
/// </remarks>
public static class PanopticQuality
{
    /// <summary>Compares predictions with the ground truth, from files to figures, with all cores.</summary>
    /// <param name="groundTruthPath">The ground truth's JSON.</param>
    /// <param name="groundTruthFolder">The folder of its PNGs.</param>
    /// <param name="predictionPath">The predictions' JSON; images that the ground truth has no are skipped with a warning.</param>
    /// <param name="predictionFolder">The folder of its PNGs.</param>
    /// <param name="progress">Told how many images are compared; from several threads.</param>
    /// <param name="limits">How large images may be that the files declare; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">A file is missing or malformed, an image has no prediction, or a PNG and its segments do not
    /// belong together. The message names file, image and segment.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PqResult Score(
        string groundTruthPath,
        string groundTruthFolder,
        string predictionPath,
        string predictionFolder,
        IProgress<(int Done, int Total)>? progress = null,
        InputLimits? limits = null,
        CancellationToken cancellationToken = default) =>
        Match(groundTruthPath, groundTruthFolder, predictionPath, predictionFolder, progress, limits, cancellationToken).ToResult();

    /// <summary>Compares the images, and adds nothing up yet.</summary>
    /// <inheritdoc cref="Score"/>
    public static PanopticMatching Match(
        string groundTruthPath,
        string groundTruthFolder,
        string predictionPath,
        string predictionFolder,
        IProgress<(int Done, int Total)>? progress,
        InputLimits? limits,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        PanopticDataset groundTruth = PanopticDataset.Read(
            groundTruthPath, limits ?? InputLimits.Default, skipped: null, cancellationToken);
        PanopticDataset predictions = PanopticDataset.Read(predictionPath, limits ?? InputLimits.Default, skipped: null, cancellationToken);
        if (groundTruth.Categories.Count == 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, groundTruthPath, null,
                "is missing the key 'categories'; the ground truth names the classes.");
        }

        (Dictionary<long, PanopticAnnotation> predicted, string? named) = Assign(groundTruth, predictions);
        PanopticAnnotation? without = groundTruth.Annotations.FirstOrDefault(a => !predicted.ContainsKey(a.ImageId));
        if (without is not null)
        {
            throw new InputException(
                InputErrorKind.Invalid, predictionPath, null,
                $"has no prediction for image {without.ImageIdAsWritten} of {groundTruthPath}.");
        }

        Dictionary<long, int> places = [];
        foreach (PanopticCategory category in groundTruth.Categories)
        {
            places.Add(category.Id, places.Count);
        }

        // Results of panopticapi's format need not name classes; where they do, names count, not numbers.
        ClassMatch? match = predictions.Categories.Count == 0
            ? null
            : ClassMatch.ByName(NamesOf(predictions), predictionPath, NamesOf(groundTruth), groundTruthPath);
        PanopticImage[] images = new PanopticImage[groundTruth.Annotations.Count];
        int done = 0;
        ParallelInput.For(
            images.Length,
            i =>
            {
                PanopticAnnotation annotation = groundTruth.Annotations[i];
                PanopticAnnotation prediction = Renumber(predicted[annotation.ImageId], match);
                using LabelRows trueLabels = LabelRows.Open(DatasetPath.Resolve(groundTruthFolder, annotation.FileName));
                using LabelRows predictedLabels = LabelRows.Open(DatasetPath.Resolve(predictionFolder, prediction.FileName));
                try
                {
                    images[i] = PanopticImage.Compare(
                        trueLabels, annotation.Segments, predictedLabels, prediction.Segments, id => places.GetValueOrDefault(id, -1));
                }
                catch (InputException e) when (e.File is null)
                {
                    throw e.OfFile(predictionPath); // the message says which of the two is wrong
                }

                progress?.Report((Interlocked.Increment(ref done), images.Length));
            },
            (i, message) => $"image {groundTruth.Annotations[i].ImageIdAsWritten}: {message.TrimEnd('.')}.",
            cancellationToken);

        List<string> warnings = PanopticMatching.WarnOfAreas(images);
        warnings.AddRange(new[] { named, match?.Remark }.OfType<string>());
        int extra = predictions.Annotations.Count - groundTruth.Annotations.Count;
        if (extra > 0)
        {
            warnings.Add($"{extra} predicted images skipped that the ground truth does not have");
        }

        return new PanopticMatching(
            groundTruth.Categories,
            groundTruth.Images.ToDictionary(image => image.Id, image => image.FileName),
            [
                .. groundTruth.Annotations.Select((annotation, i) => new PanopticPair(
                    annotation, groundTruthFolder, Renumber(predicted[annotation.ImageId], match), predictionFolder, images[i])),
            ],
            warnings,
            Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static List<(long Id, string Name)> NamesOf(PanopticDataset dataset) => [.. dataset.Categories.Select(c => (c.Id, c.Name))];

    // Predictions by the ground truth's image ids. Where they name an image that no id fits by a text, it is the name of its file.
    private static (Dictionary<long, PanopticAnnotation> Predicted, string? Remark) Assign(
        PanopticDataset groundTruth, PanopticDataset predictions)
    {
        Dictionary<long, PanopticAnnotation> predicted = predictions.Annotations.ToDictionary(a => a.ImageId);
        if (predictions.Annotations.All(a => a.ImageIdText is null))
        {
            return (predicted, null);
        }

        CocoIndex index = new(groundTruth.Images, []);
        int named = 0;
        foreach (PanopticAnnotation prediction in predictions.Annotations)
        {
            int place = index.IndexOfPredicted(prediction.ImageId);
            if (place >= 0 && index.Images[place].Id != prediction.ImageId)
            {
                named += predicted.TryAdd(index.Images[place].Id, prediction) ? 1 : 0;
            }
        }

        return (predicted, named == 0 ? null : $"{named} images are named by their files in the results and were matched by them");
    }

    private static PanopticAnnotation Renumber(PanopticAnnotation annotation, ClassMatch? match) => match?.Remark is null
        ? annotation
        : annotation with { Segments = [.. annotation.Segments.Select(s => s with { CategoryId = match[s.CategoryId] })] };

    /// <summary>Counts the segments of one image that match, by the rules of <see cref="Score"/>; crowds are unknown in memory.</summary>
    /// <param name="groundTruth">The true segments.</param>
    /// <param name="prediction">The predicted segments, of the same size.</param>
    /// <exception cref="InputException">The sizes differ, or labels and segments do not belong together.</exception>
    public static PqCounts Compare(PanopticSegmentation groundTruth, PanopticSegmentation prediction)
    {
        ArgumentNullException.ThrowIfNull(groundTruth);
        ArgumentNullException.ThrowIfNull(prediction);
        long[] classes = [.. groundTruth.Segments.Concat(prediction.Segments).Select(s => s.CategoryId).Distinct()];
        PanopticImage image = PanopticImage.Compare(
            LabelRows.Of(groundTruth.Labels), Listed(groundTruth), LabelRows.Of(prediction.Labels), Listed(prediction), ClassOf);
        return new PqCounts(image.Matches.Count, image.FalsePositives.Count, image.FalseNegatives.Count);

        int ClassOf(long id) => Array.IndexOf(classes, id);

        static PanopticSegment[] Listed(PanopticSegmentation segmentation) =>
            [.. segmentation.Segments.Select(s => new PanopticSegment(s.Id, s.CategoryId))];
    }
}
