using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>Panoptic quality of small random images: what must hold of it, and a count pixel by pixel.</summary>
public sealed class PanopticQualityTests : IDisposable
{
    private const int Width = 7;
    private const int Height = 5;
    private const int Labels = 4; // of an image, next to 0
    private const double LastBits = 1e-14;

    private static readonly int[] s_classes = [11, 22, 33, 44]; // the last is never used

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Random_images_with_crowds_void_and_empty_classes_agree_with_brute_force() => RandomMasks.Holds(Scenes(), scenes =>
    {
        PqResult result = Score(scenes);
        return result.Classes.All(one =>
        {
            BruteForcePq expected = new();
            foreach (Scene image in scenes)
            {
                expected.Add(image.GroundTruth, image.Segments, image.Prediction, image.Found, one.Category.Id);
            }

            return (one.TruePositives, one.FalsePositives, one.FalseNegatives)
                == (expected.Matches.Count, expected.FalsePositives, expected.FalseNegatives) && Math.Abs(one.Pq - expected.Pq) < LastBits;
        });
    });

    [Fact]
    public void It_is_the_product_of_its_factors_and_lies_between_0_and_1() => RandomMasks.Holds(Scenes(), scenes =>
    {
        PqResult result = Score(scenes);
        return result.Classes.All(c => Math.Abs(c.Pq - (c.Sq * c.Rq)) < LastBits && c.Pq is >= 0 and <= 1 && c.Sq is 0 or (> 0.5 and <= 1))
            && result.All.Pq is >= 0 and <= 1 && !result.Classes[^1].Occurs;
    });

    [Fact]
    public void The_ground_truth_itself_is_perfect() => RandomMasks.Holds(Scenes(), scenes =>
    {
        PqResult result = Score([.. scenes.Select(p => p with
        {
            Prediction = p.GroundTruth,
            Found = [.. p.Segments.Select(s => s with { IsCrowd = false })],
        })]);
        return result.Classes.All(c => c.Occurs
            ? c.Pq == 1 && c.FalsePositives + c.FalseNegatives == 0
            : !scenes.Any(p => p.Segments.Any(s => s.CategoryId == c.Category.Id && !s.IsCrowd)));
    });

    [Fact]
    public void The_numbers_of_segments_do_not_matter() => RandomMasks.Holds(Scenes(), scenes =>
        Same(Score(scenes), Score([.. scenes.Select(p => p with
        {
            GroundTruth = Renumber(p.GroundTruth),
            Segments = [.. p.Segments.Select(s => s with { Id = Renumber(s.Id) })],
            Prediction = Renumber(p.Prediction),
            Found = [.. p.Found.Select(s => s with { Id = Renumber(s.Id) }).Reverse()],
        })])));

    [Fact]
    public void Without_crowds_and_void_both_sides_can_be_exchanged() => RandomMasks.Holds(Scenes(labeledOnly: true), scenes =>
    {
        PqResult result = Score(scenes);
        PqResult exchanged = Score([.. scenes.Select(p => new Scene(p.Prediction, p.Found, p.GroundTruth, p.Segments))]);
        return result.Classes.Zip(exchanged.Classes).All(pair =>
            (pair.First.TruePositives, pair.First.FalsePositives, pair.First.FalseNegatives)
            == (pair.Second.TruePositives, pair.Second.FalseNegatives, pair.Second.FalsePositives)
            && Math.Abs(pair.First.Pq - pair.Second.Pq) < LastBits);
    });

    private static bool Same(PqResult a, PqResult b) => a.Classes.Zip(b.Classes).All(pair =>
        (pair.First.TruePositives, pair.First.FalsePositives, pair.First.FalseNegatives)
        == (pair.Second.TruePositives, pair.Second.FalsePositives, pair.Second.FalseNegatives)
        && Math.Abs(pair.First.Pq - pair.Second.Pq) < LastBits);

    private static int Renumber(int id) => id == 0 ? 0 : 0xFFFFFF - (id * 70_000);

    private static LabelMap Renumber(LabelMap map) => Map([.. map.Labels.ToArray().Select(Renumber)]);

    private static LabelMap Map(int[] labels)
    {
        LabelMap map = new(Width, Height);
        labels.CopyTo(map.Labels);
        return map;
    }

    private static Gen<Scene[]> Scenes(bool labeledOnly = false) =>
        from count in Gen.Choose(1, 3)
        from scenes in OneScene(labeledOnly).ArrayOf(count)
        select scenes;

    private static Gen<Scene> OneScene(bool labeledOnly) =>
        from groundTruth in Areas(labeledOnly)
        from other in Areas(labeledOnly)
        from changed in Gen.Choose(0, 4).ArrayOf(Width * Height) // 0 takes the other's pixel: predictions are mostly near the ground truth
        from far in Gen.Choose(0, 3)
        from classes in Gen.Choose(0, 2).ArrayOf(2 * Labels)
        from agree in Gen.Choose(0, 3)
        from crowd in Gen.Choose(0, 2 * Labels)
        let prediction = groundTruth.Select((label, i) => changed[i] == 0 || far == 0 ? other[i] : label).ToArray()
        select new Scene(
            Map(groundTruth),
            Segments(groundTruth, classes[..Labels], labeledOnly ? 0 : crowd),
            Map(prediction),
            Segments(prediction, agree > 0 ? classes[..Labels] : classes[Labels..], 0));

    /// <summary>Labels in rectangles over each other.</summary>
    private static Gen<int[]> Areas(bool labeledOnly) =>
        from corners in Gen.Choose(0, 1000).ArrayOf(4 * 6)
        select Enumerable.Range(0, Width * Height).Select(i => Enumerable.Range(0, 6).Aggregate(labeledOnly ? 1 : 0, (label, area) =>
        {
            ReadOnlySpan<int> box = corners.AsSpan(4 * area, 4);
            (int x, int y) = (i % Width, i / Width);
            (int left, int top) = (box[0] % Width, box[2] % Height);
            bool inside = x >= left && x <= left + (box[1] % Width) && y >= top && y <= top + (box[3] % Height);
            return !inside ? label : labeledOnly ? 1 + (area % Labels) : area % (Labels + 1);
        })).ToArray();

    /// <summary>The segments of the labels that occur; one may be a crowd.</summary>
    private static PanopticSegment[] Segments(int[] labels, int[] classes, int crowd) =>
        [.. labels.Distinct().Where(label => label > 0).Order().Select(label => new PanopticSegment(
            label, s_classes[classes[label - 1]], IsCrowd: label == crowd))];

    private PqResult Score(Scene[] scenes)
    {
        for (int i = 0; i < scenes.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(_folder, $"t{i}.png"), scenes[i].GroundTruth.EncodePng());
            File.WriteAllBytes(Path.Combine(_folder, $"p{i}.png"), scenes[i].Prediction.EncodePng());
        }

        string groundTruth = Write("truth.json", [.. scenes.Select((p, i) => (i, $"t{i}.png", p.Segments))]);
        string prediction = Write("prediction.json", [.. scenes.Select((p, i) => (i, $"p{i}.png", p.Found))]);
        return PanopticQuality.Score(groundTruth, _folder, prediction, _folder);
    }

    private string Write(string name, (int Image, string File, PanopticSegment[] Segments)[] annotations)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            images = annotations.Select(a => new { id = a.Image, file_name = a.File, width = Width, height = Height }),
            categories = s_classes.Select((id, i) => new { id, name = $"class {id}", isthing = i < 2 ? 1 : 0 }),
            annotations = annotations.Select(a => new
            {
                image_id = a.Image,
                file_name = a.File,
                segments_info = a.Segments.Select(s => new { id = s.Id, category_id = s.CategoryId, iscrowd = s.IsCrowd ? 1 : 0 }),
            }),
        }));
        return path;
    }

    private sealed record Scene(LabelMap GroundTruth, PanopticSegment[] Segments, LabelMap Prediction, PanopticSegment[] Found);
}
