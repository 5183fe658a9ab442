using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Scenes;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Data;

/// <summary>From panoptic data to training images and objects.</summary>
public sealed class PanopticImagesTests : IDisposable
{
    private static readonly PanopticCategory[] s_classes =
        [new(5, "cat", true), new(7, "sky", false), new(9, "dog", true), new(11, "road", false)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Things_and_stuff_are_numbered_each_by_ascending_id()
    {
        PanopticDataset dataset = Dataset(
            new PanopticAnnotation(2, "b.png", [new(1, 9), new(2, 11), new(3, 7), new(4, 5, IsCrowd: true)]),
            new PanopticAnnotation(1, "a.png", [new(8, 7)]),
            new PanopticAnnotation(3, "c.png", [new(8, 5, IsCrowd: true)]));
        Assert.Equal([new("cat", 5), new ModelClass("dog", 9)], PanopticImages.Things(dataset));
        Assert.Equal([new("sky", 7, false), new ModelClass("road", 11, false)], PanopticImages.Stuff(dataset));
        ImageRecord first = From(stuff: true, filterEmpty: true)[0];
        Assert.Equal((2L, Path.Combine("images", "b.jpg"), 8, 6), (first.Id, first.Path, first.Width, first.Height));
        Assert.Equal((Path.Combine("pngs", "b.png"), 2), (first.Panoptic!.Path, first.Panoptic.StuffClasses));
        Assert.Equal(
            [new(1, 1, true, false), new(2, 1, false, false), new(3, 0, false, false), new SegmentRecord(4, 0, true, true)],
            first.Panoptic.Segments);

        // In the order of the annotations. An image of stuff alone teaches a panoptic network, and a detector nothing.
        Assert.Equal([2L, 1], From(stuff: true, filterEmpty: true).Select(r => r.Id));
        Assert.Equal([2L], From(stuff: false, filterEmpty: true).Select(r => r.Id));
        Assert.Equal([2L, 1, 3], From(stuff: false, filterEmpty: false).Select(r => r.Id));
        Assert.Equal([2L, 1], From(stuff: false, filterEmpty: false, limit: 2).Select(r => r.Id));

        IReadOnlyList<ImageRecord> From(bool stuff, bool filterEmpty, int? limit = null) =>
            PanopticImages.From(dataset, "images", "pngs", stuff, filterEmpty, limit);
    }

    [Fact]
    public void Objects_are_the_things_with_tight_boxes_and_what_the_file_states()
    {
        LabelMap map = new(8, 6);
        map.Row(1)[2] = map.Row(2)[5] = 1;
        map.Row(4)[..3].Fill(70000);
        map.Row(5)[0] = 3;
        map.SavePng(Path.Combine(_folder.Path, "a.png"));
        PanopticDataset dataset = Dataset(new PanopticAnnotation(
            1, "a.png", [new(1, 9), new(70000, 5, Area: 44, IsCrowd: true, Bbox: new BoxXywh(0, 4, 4, 1)), new(3, 7)]));
        InstanceDataset objects = PanopticImages.ReadObjects(dataset, _folder.Path);
        Assert.Equal([new CocoCategory(5, "cat"), new CocoCategory(9, "dog")], objects.Categories);
        Assert.Equal(
            [(9, new BoxXywh(2, 1, 4, 2), 2.0, false), (5, new BoxXywh(0, 4, 4, 1), 44.0, true)],
            objects.Annotations.Select(a => (a.CategoryId, a.Bbox, a.Area, a.IsCrowd)));
        Assert.Equal([2L, 3], objects.Annotations.Select(a => a.ToRle(6, 8).Area));
    }

    [Fact]
    public void Segments_are_read_as_a_model_would_give_them()
    {
        LabelMap map = new(8, 6);
        map.Row(1)[2] = map.Row(2)[5] = 40;
        map.Row(4)[..3].Fill(70000);
        map.Row(5)[0] = 3;
        map.SavePng(Path.Combine(_folder.Path, "a.png"));
        PanopticDataset dataset = Dataset(new PanopticAnnotation(1, "a.png", [new(70000, 5, IsCrowd: true), new(40, 9), new(3, 7)]));
        ImageRecord record = PanopticImages.From(dataset, "", _folder.Path, stuff: true, filterEmpty: false)[0];
        PanopticSegmentation read = PanopticImages.ReadSegments(
            record, PanopticImages.Things(dataset), PanopticImages.Stuff(dataset));
        Assert.Equal(
            [new Segment(1, "dog", 9, true, 2, new Box(2, 1, 6, 3)), new Segment(2, "sky", 7, false, 1, new Box(0, 5, 1, 6))],
            read.Segments);
        Assert.Equal((1, 1, 0, 2, 0), (read.Labels[2, 1], read.Labels[5, 2], read.Labels[0, 4], read.Labels[0, 5], read.Labels[7, 0]));
    }

    /// <summary>Scenes come with both: their things are the same objects either way.</summary>
    [Fact]
    public void The_things_of_scenes_are_their_instances()
    {
        SceneSplit split = SceneDatasetWriter.Write(
            _folder.Path, 5, 1, new SceneOptions { Size = 96 }, cancellationToken: TestContext.Current.CancellationToken).Train;
        InstanceDataset read = PanopticImages.ReadObjects(PanopticImages.Load(split.Panoptic), split.PanopticFolder);
        InstanceDataset written = InstanceDataset.Load(split.Annotations);
        Assert.Equal(written.Categories, read.Categories);
        Assert.Equal(written.Images, read.Images);
        Assert.Equal(written.Annotations.Select(Described), read.Annotations.Select(Described));

        static string Described(CocoAnnotation a) =>
            $"{a.ImageId} {a.CategoryId} {a.Bbox} {a.Area} {a.Segmentation!.Rle!.ToCompressedString()}";
    }

    [Fact]
    public void Genuine_COCO_panoptic_images_load_with_every_segment()
    {
        string annotations = SharedData.Require("coco/annotations");
        PanopticDataset dataset = PanopticImages.Load(Path.Combine(annotations, "panoptic_train2017.json"));
        IReadOnlyList<ImageRecord> records = PanopticImages.From(
            dataset, SharedData.Require("coco/train2017"), Path.Combine(annotations, "panoptic_train2017"), stuff: true, filterEmpty: true);
        Assert.Equal((100, 80, 53), (records.Count, PanopticImages.Things(dataset).Count, PanopticImages.Stuff(dataset).Count));
        using DataLoader loader = new(records, new LoaderOptions
        {
            Input = new InputConfig { ShortSide = [160], LongSide = 267 },
            BatchSize = 4,
            AspectGrouping = false,
            SegmentStride = 4,
        });
        int instances = 0;
        for (int i = 0; i < 25; i++)
        {
            using Batch batch = loader.Next(TestContext.Current.CancellationToken);
            instances += batch.InstanceCount;
            for (int n = 0; n < batch.Images.Count; n++)
            {
                BatchImage image = batch.Images[n];
                int pixels = batch.Segments.Height * batch.Segments.Width;
                short[] labels = batch.Segments.Labels.Slice(n * pixels, pixels).ToArray();
                Assert.InRange(labels.Max(), 0, 53 + image.InstanceCount - 1);
                Assert.All(labels.Index(), pixel =>
                {
                    (int y, int x) = Math.DivRem(pixel.Index, batch.Segments.Width);
                    if (pixel.Item >= 53)
                        Assert.True(batch.Masks.Contains(image.FirstInstance + pixel.Item - 53, 4 * x + 2, 4 * y + 2));
                });
            }
        }

        int things = records.Sum(r => r.Panoptic!.Segments.Count(s => s is { IsThing: true, IsCrowd: false }));
        Assert.InRange(instances, things * 9 / 10, things);
    }

    [Theory]
    [InlineData("""{"annotations":[],"images":[{"id":1,"file_name":"a.jpg","width":2,"height":2}]}""", "is missing the key 'categories'")]
    [InlineData("""{"annotations":[],"categories":[{"id":1,"name":"a","isthing":1}]}""", "is missing the key 'images'")]
    [InlineData(
        """{"annotations":[],"images":[{"id":1,"file_name":"a.jpg","width":2,"height":2}],"categories":[{"id":1,"name":"","isthing":0}]}""",
        "has no class of things (isthing 1)")]
    [InlineData(
        """
        {"annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":3,"category_id":2}]}],
         "images":[{"id":1,"file_name":"a.jpg","width":2,"height":2}],"categories":[{"id":1,"name":"a","isthing":1}]}
        """,
        "segment 3 has the category_id 2, which categories does not have")]
    public void A_file_that_cannot_be_trained_on_says_why(string json, string problem)
    {
        string path = _folder.Write("panoptic.json", json);
        string message = Assert.Throws<InputException>(() => PanopticImages.Load(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    private static PanopticDataset Dataset(params PanopticAnnotation[] annotations) => new(
        [new CocoImage(1, "a.jpg", 8, 6), new CocoImage(2, "b.jpg", 8, 6), new CocoImage(3, "c.jpg", 8, 6)], s_classes, annotations);
}
