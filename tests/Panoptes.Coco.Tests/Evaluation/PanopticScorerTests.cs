using System.Text.Json;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>Panoptic quality of results in memory: the figures of panopticapi, and of our own count from files, to the last bit.</summary>
public sealed class PanopticScorerTests
{
    private static string GroundTruth => SharedData.Require("coco/annotations/panoptic_val2017.json");

    private static string Predictions => SharedData.Require("golden/panoptic_predictions.json");

    [Fact]
    public void Results_in_memory_score_as_their_files_do()
    {
        PanopticDataset groundTruth = PanopticDataset.Load(GroundTruth);
        PanopticScorer scorer = new(groundTruth, Path.ChangeExtension(GroundTruth, null));
        PanopticScorer elsewhere = new(groundTruth, Path.ChangeExtension(GroundTruth, null));
        foreach ((int i, PanopticAnnotation predicted) in PanopticDataset.Load(Predictions).Annotations.Reverse().Index())
        {
            (i % 2 == 0 ? scorer : elsewhere).Add(predicted.ImageId, Read(groundTruth, predicted));
        }

        scorer.Add(elsewhere.ToBytes()); // as processes that share the images do
        PqResult result = scorer.ToResult();
        PqResult files = PanopticQuality.Score(
            GroundTruth,
            Path.ChangeExtension(GroundTruth, null),
            Predictions,
            Path.ChangeExtension(Predictions, null),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((11, files.MeanIoU), (result.Images, result.MeanIoU));
        Assert.Equal((files.All, files.Things, files.Stuff), (result.All, result.Things, result.Stuff));
        Assert.Equal(files.Classes, result.Classes);
        Assert.Equal(files.Warnings, result.Warnings);

        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/pq_val2017.json")));
        foreach ((string name, PqFigures figures) in new[] { ("All", result.All), ("Things", result.Things), ("Stuff", result.Stuff) })
        {
            JsonElement expected = golden.RootElement.GetProperty(name);
            Assert.Equal(expected.GetProperty("pq").GetDouble(), figures.Pq, 1e-12);
            Assert.Equal(expected.GetProperty("sq").GetDouble(), figures.Sq, 1e-12);
            Assert.Equal(expected.GetProperty("rq").GetDouble(), figures.Rq, 1e-12);
            Assert.Equal(expected.GetProperty("n").GetInt32(), figures.Classes);
        }
    }

    [Fact]
    public void Comparisons_that_are_damaged_or_foreign_are_refused()
    {
        PanopticDataset groundTruth = PanopticDataset.Load(GroundTruth);
        PanopticAnnotation last = groundTruth.Annotations[^1];
        string folder = Path.ChangeExtension(GroundTruth, null);
        PanopticScorer scorer = new(groundTruth, folder);
        scorer.Add(last.ImageId, Read(groundTruth, last, folder));
        byte[] bytes = scorer.ToBytes();
        PanopticScorer other = new(groundTruth with { Annotations = [.. groundTruth.Annotations.SkipLast(1)] }, folder);

        Assert.Throws<InputException>(() => other.Add(bytes));
        Assert.Throws<InputException>(() => scorer.Add([]));
        Assert.Throws<InputException>(() => scorer.Add([.. bytes, 0]));
        for (int i = 0; i < bytes.Length; i++) Assert.Throws<InputException>(() => scorer.Add(bytes[..i]));
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 0x80; // makes a sign of every fourth byte
            try
            {
                scorer.Add(changed);
                scorer.ToResult();
            }
            catch (InputException)
            {
                // Refused; whatever is taken gives figures without a fault.
            }
        }
    }

    [Fact]
    public void Images_that_are_not_added_do_not_count()
    {
        PanopticDataset groundTruth = PanopticDataset.Load(GroundTruth);
        PanopticAnnotation first = groundTruth.Annotations[0];
        PanopticScorer scorer = new(groundTruth, Path.ChangeExtension(GroundTruth, null));
        scorer.Add(first.ImageId, Read(groundTruth, first, Path.ChangeExtension(GroundTruth, null)));
        PqResult result = scorer.ToResult();
        Assert.Equal((1, 1.0, first.Segments.Where(s => !s.IsCrowd).Select(s => s.CategoryId).Distinct().Count()),
            (result.Images, result.All.Pq, result.All.Classes));
        Assert.Equal(0, new PanopticScorer(groundTruth, "").ToResult().All.Pq);
    }

    [Fact]
    public void What_does_not_belong_together_is_named()
    {
        PanopticDataset groundTruth = PanopticDataset.Load(GroundTruth);
        PanopticAnnotation first = groundTruth.Annotations[0];
        string folder = Path.ChangeExtension(GroundTruth, null);
        PanopticScorer scorer = new(groundTruth, folder);
        Assert.Contains("image 1:", Fails(1, new(new LabelMap(4, 4), [])), StringComparison.Ordinal);
        string size = Fails(first.ImageId, new(new LabelMap(4, 4), []));
        Assert.StartsWith(Path.Combine(folder, first.FileName), size, StringComparison.Ordinal);
        Assert.Contains("the prediction's PNG is 4x4", size, StringComparison.Ordinal);
        PanopticSegmentation own = Read(groundTruth, first, folder);
        PanopticSegmentation unknown = own with { Segments = [own.Segments[0] with { CategoryId = 12 }, .. own.Segments.Skip(1)] };
        Assert.Contains("category_id 12", Fails(first.ImageId, unknown), StringComparison.Ordinal);

        string Fails(long image, PanopticSegmentation found) => Assert.Throws<InputException>(() => scorer.Add(image, found)).Message;
    }

    private static PanopticSegmentation Read(PanopticDataset groundTruth, PanopticAnnotation annotation, string? folder = null)
    {
        LabelMap labels = LabelMap.Load(Path.Combine(folder ?? Path.ChangeExtension(Predictions, null), annotation.FileName));
        Dictionary<long, PanopticCategory> classes = groundTruth.Categories.ToDictionary(c => c.Id);
        return new PanopticSegmentation(labels, [.. annotation.Segments.Select(s =>
            new Segment(s.Id, classes[s.CategoryId].Name, s.CategoryId, classes[s.CategoryId].IsThing, 1, new Box(0, 0, 1, 1)))]);
    }
}
