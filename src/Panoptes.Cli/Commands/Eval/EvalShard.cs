using System.Globalization;
using Panoptes.Cli.Commands.Predict;
using Panoptes.Cli.Commands.Shards;
using Panoptes.Coco.Files;
using Panoptes.Inference;
using Panoptes.Training.Distributed;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Commands.Eval;

/// <summary>Evaluates a shard of the images, and keeps what a merge needs in the output folder.</summary>
/// <param name="shard">Which of the images.</param>
/// <param name="source">The ground truth.</param>
/// <param name="output">The folder; it exists.</param>
internal sealed class EvalShard(Shard shard, EvalSource source, string output)
{
    /// <summary>Predicts, and writes the part and the PNGs.</summary>
    /// <param name="evaluator">The evaluation.</param>
    /// <param name="segmenter">The model.</param>
    /// <param name="settings">What the results depend on (<see cref="SettingsOf"/>).</param>
    /// <param name="progress">Told the number of images done and of the shard.</param>
    /// <param name="cancellationToken">Stops between images; nothing is written then.</param>
    /// <returns>How many images it was.</returns>
    public int Run(
        Evaluator evaluator,
        Segmenter segmenter,
        IReadOnlyDictionary<string, string> settings,
        IProgress<(int Done, int Total)> progress,
        CancellationToken cancellationToken)
    {
        ModelCard card = segmenter.Card;
        IReadOnlyList<PanopticCategory>? categories = card.IsPanoptic ? card.ListCategories() : null;
        PanopticResultWriter? segments =
            categories is null ? null : new PanopticResultWriter(Path.Combine(output, "panoptic.json"), categories);
        List<(long Id, int Height, int Width, EvalPartSegments? Segments)> images = [];
        EvaluationPart part = evaluator.RunShard(
            segmenter, shard, source.Limit, progress, (image, found) => images.Add((image.Id, found.Height, found.Width, Add(image, found))),
            cancellationToken);
        ILookup<long, ManifestDetection> detections = part.Detections.ToLookup(d => d.ImageId, ManifestDetection.Of);
        EvalPartHeader header = new(
            EvalPartHeader.CurrentVersion, shard.Number, shard.Count, settings, source, part.MaxDetections,
            categories is null ? null : [.. categories.Select(ManifestCategory.Of)]);
        EvalPartFile.Write(
            ShardFolder.OfEvaluations(output).Create(shard),
            header,
            images.Select(image => new EvalPartImage(image.Id, image.Height, image.Width, [.. detections[image.Id]], image.Segments)),
            part);
        return images.Count;

        EvalPartSegments? Add(CocoImage image, Segmentation found)
        {
            if (segments is null) return null;
            string name = Path.ChangeExtension(image.FileName, ".png");
            PanopticResult written = segments.Add(image.Id, name, found.Panoptic!, image.IdText);
            return new EvalPartSegments(written.FileName, written.Segments);
        }
    }

    /// <summary>What results depend on besides the images, by the names that users know.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="source">The ground truth.</param>
    /// <param name="oracle">The value of --oracle; null for none.</param>
    /// <param name="shortSide">The value of --short-side; null for none.</param>
    public static Dictionary<string, string> SettingsOf(string model, EvalSource source, string? oracle, int? shortSide) => new()
    {
        ["version of Panoptes"] = ModelCard.LibraryVersion,
        ["--model"] = PredictSettings.HashOf(model),
        [EvalMerge.Annotations] = source.Annotations is null ? "none" : PredictSettings.HashOf(source.Annotations),
        [EvalMerge.Panoptic] = source.Panoptic is null ? "none" : PredictSettings.HashOf(source.Panoptic),
        ["--limit"] = source.Limit?.ToString(CultureInfo.InvariantCulture) ?? "none",
        ["--oracle"] = oracle ?? "none",
        ["--short-side"] = shortSide?.ToString(CultureInfo.InvariantCulture) ?? "none",
    };
}
