using System.Text;
using System.Text.Json.Nodes;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Files;

public sealed class PanopticResultWriterTests(Pillow pillow) : IClassFixture<Pillow>, IDisposable
{
    private static readonly PanopticCategory[] s_categories =
        [new(1, "person", IsThing: true, new Rgb(220, 20, 60), "person"), new(187, "sky", IsThing: false)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        string path = Path.Combine(_folder.FullName, "new", "found.json");
        PanopticSegmentation first = Make(30, 20, seed: 1);
        PanopticSegmentation second = Make(7, 9, seed: 2);
        PanopticResultWriter writer = new(path, s_categories);

        writer.Add(20, "b/second.jpg", second);
        writer.Add(3, "first.png", first);
        writer.Complete();

        PanopticDataset read = PanopticDataset.Load(path);
        Assert.Equal(s_categories, read.Categories);
        Assert.Equal([(3L, "first.png"), (20L, "b/second.png")], read.Annotations.Select(a => (a.ImageId, a.FileName)));
        foreach ((PanopticAnnotation annotation, PanopticSegmentation written) in read.Annotations.Zip([first, second]))
        {
            LabelMap labels = LabelMap.Load(Path.Combine(writer.PngFolder, annotation.FileName));
            Assert.Equal(written.Labels.Labels.ToArray(), labels.Labels.ToArray());
            Assert.Equal(
                written.Segments.Select(s => new PanopticSegment(s.Id, s.CategoryId, s.Area, Bbox: BoxXywh.FromBox(s.Box))), annotation.Segments);
        }

        Assert.Equal(Path.Combine(_folder.FullName, "new", "found"), writer.PngFolder);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories), f => f.EndsWith(".tmp"));
    }

    [Fact]
    public void Segments_name_classes_by_the_texts_that_are_their_ids()
    {
        string path = Path.Combine(_folder.FullName, "found.json");
        PanopticResultWriter writer = new(path, [.. s_categories.Select(c => c with { IdText = $"the {c.Name}" })]);
        writer.Add(3, "first.png", Make(30, 20, seed: 1));
        writer.Complete();

        string[] ids = [.. JsonNode.Parse(File.ReadAllText(path))!["annotations"]![0]!["segments_info"]!.AsArray()
            .Select(segment => segment!["category_id"]!.GetValue<string>())];
        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.Contains(id, (string[])["the person", "the sky"]));
        PanopticDataset read = PanopticDataset.Load(path);
        Assert.All(read.Annotations[0].Segments, segment => Assert.Contains(segment.CategoryId, read.Categories.Select(c => c.Id)));
    }

    [Fact]
    public void Segments_have_the_keys_of_cocos_format_and_things_a_score()
    {
        string path = Path.Combine(_folder.FullName, "found.json");
        PanopticResultWriter writer = new(path, s_categories);
        writer.Add(3, "a.jpg", Make(30, 20, seed: 1));
        writer.Complete();

        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;

        Assert.Equal(["annotations", "categories"], json.AsObject().Select(p => p.Key));
        JsonArray segments = json["annotations"]![0]!["segments_info"]!.AsArray();
        Assert.Equal(["id", "category_id", "iscrowd", "area", "bbox", "isthing"], segments[0]!.AsObject().Select(p => p.Key));
        Assert.Equal(["id", "category_id", "iscrowd", "area", "bbox", "isthing", "score"], segments[1]!.AsObject().Select(p => p.Key));
        Assert.Equal((0, 1, 0.75), ((int)segments[0]!["isthing"]!, (int)segments[1]!["isthing"]!, (double)segments[1]!["score"]!));
        Assert.Equal([220, 20, 60], json["categories"]![0]!["color"]!.AsArray().Select(c => (int)c!));
    }

    /// <summary>What panopticapi's evaluation.py requires of results: ids of colors and segments_info agree, areas are the
    /// pixels'.</summary>
    [Fact]
    public void Colors_are_the_ids_as_panopticapi_reads_them()
    {
        pillow.SkipUnlessAvailable();
        string path = Path.Combine(_folder.FullName, "found.json");
        LabelMap labels = new(40, 30);
        labels.Row(3)[..30].Fill(1);
        labels.Row(4)[5..25].Fill(300);
        labels.Row(5).Fill(70_000);
        Segment[] segments = [.. labels.ToMasks().Select(m => new Segment(m.Key, "person", 1, true, m.Value.Area, m.Value.Bounds, 0.5f))];
        PanopticResultWriter writer = new(path, s_categories);
        writer.Add(3, "a.jpg", new PanopticSegmentation(labels, segments));
        writer.Complete();

        byte[] answer = pillow.Run(
            """
            import json, os
            path = data.decode()
            annotation, = json.load(open(path))['annotations']
            png = np.array(Image.open(os.path.join(os.path.splitext(path)[0], annotation['file_name'])), dtype=np.uint32)
            ids = png[:, :, 0] + 256 * png[:, :, 1] + 256 * 256 * png[:, :, 2]
            found = dict(zip(*(a.tolist() for a in np.unique(ids, return_counts=True))))
            empty = found.pop(0)
            stated = {s['id']: s['area'] for s in annotation['segments_info']}
            def box(i): y, x = np.nonzero(ids == i); return [int(x.min()), int(y.min()), int(np.ptp(x)) + 1, int(np.ptp(y)) + 1]
            boxes = all(s['bbox'] == box(s['id']) for s in annotation['segments_info'])
            result = json.dumps([found == stated, boxes, empty]).encode()
            """,
            Encoding.UTF8.GetBytes(path));

        Assert.Equal("[true, true, 1110]", Encoding.UTF8.GetString(answer));
    }

    [Fact]
    public void Results_written_again_score_as_panopticapi_scored_them()
    {
        string groundTruth = SharedData.Require("coco/annotations/panoptic_val2017.json");
        string folder = SharedData.Require("golden/panoptic_predictions");
        PanopticDataset golden = PanopticDataset.Load(SharedData.Require("golden/panoptic_predictions.json"));
        string path = Path.Combine(_folder.FullName, "again.json");
        PanopticResultWriter writer = new(path, PanopticDataset.Load(groundTruth).Categories);
        Parallel.ForEach(golden.Annotations, annotation =>
        {
            LabelMap labels = LabelMap.Load(Path.Combine(folder, annotation.FileName));
            SortedDictionary<int, Rle> masks = labels.ToMasks();
            writer.Add(annotation.ImageId, annotation.FileName, new PanopticSegmentation(
                labels, [.. annotation.Segments.Select(s => new Segment(s.Id, "", s.CategoryId, true, masks[s.Id].Area, masks[s.Id].Bounds))]));
        });
        writer.Complete();

        PqResult score = PanopticQuality.Score(
            groundTruth, SharedData.Require("coco/annotations/panoptic_val2017"), path, writer.PngFolder, cancellationToken: TestContext.Current.CancellationToken);

        JsonNode expected = JsonNode.Parse(File.ReadAllText(SharedData.Require("golden/pq_val2017.json")))!;
        Assert.Equal((double)expected["All"]!["pq"]!, score.All.Pq, 1e-12);
        Assert.Equal((double)expected["Things"]!["pq"]!, score.Things.Pq, 1e-12);
        Assert.Equal((double)expected["Stuff"]!["pq"]!, score.Stuff.Pq, 1e-12);
    }

    [Fact]
    public void Without_images_there_are_an_empty_list_and_an_empty_folder()
    {
        PanopticResultWriter writer = new(Path.Combine(_folder.FullName, "found.json"), s_categories);

        writer.Complete();

        Assert.Empty(PanopticDataset.Load(Path.Combine(_folder.FullName, "found.json")).Annotations);
        Assert.Empty(Directory.GetFiles(writer.PngFolder));
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        PanopticSegmentation segments = Make(9, 9, seed: 1);
        PanopticResultWriter writer = new(Path.Combine(_folder.FullName, "found.json"), s_categories);
        writer.Add(1, "a.jpg", segments);

        Assert.Contains("id 1", Assert.Throws<InputException>(() => writer.Add(1, "b.jpg", segments)).Message);
        Assert.Contains("two images have the name a", Assert.Throws<InputException>(() => writer.Add(2, "a.png", segments)).Message);
        Assert.Contains("../c.jpg", Assert.Throws<InputException>(() => writer.Add(3, "../c.jpg", segments)).Message);
        PanopticResultWriter fewer = new(Path.Combine(_folder.FullName, "fewer.json"), [s_categories[0]]);
        Assert.Contains("187 (sky)", Assert.Throws<ArgumentException>(() => fewer.Add(1, "a.jpg", segments)).Message);
    }

    /// <summary>Sky with a person in it, void around.</summary>
    private static PanopticSegmentation Make(int width, int height, int seed)
    {
        Random random = new(seed);
        LabelMap labels = new(width, height);
        for (int y = 1; y < height; y++)
        {
            labels.Row(y)[..^1].Fill(1);
        }

        labels.Row(random.Next(1, height - 1))[2..5].Fill(2);
        SortedDictionary<int, Rle> masks = labels.ToMasks();
        return new PanopticSegmentation(
            labels,
            [
                new Segment(1, "sky", 187, false, masks[1].Area, masks[1].Bounds),
                new Segment(2, "person", 1, true, masks[2].Area, masks[2].Bounds, 0.75f),
            ]);
    }
}
