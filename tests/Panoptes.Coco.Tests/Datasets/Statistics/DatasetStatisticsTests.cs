using Panoptes.Coco.Datasets.Statistics;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Datasets.Statistics;

public sealed class DatasetStatisticsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-stats").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_small_data_set_is_counted_as_by_hand()
    {
        DatasetStatistics s = Load(Write(SmallDataset.Instances));

        Assert.Equal((3, 1, 3, 1, 0), (s.Images, s.EmptyImages, s.Objects, s.Crowds, s.Stuff));
        Assert.Equal((3, 1), (s.Classes.Count, s.EmptyClasses));
        Assert.Equal(new SizeClasses(1, 1, 1), s.Sizes);
        Histogram objects = s.ObjectsPerImage;
        Assert.Equal((3, 1.0, 1.0, 2.0), (objects.Count, objects.Mean, objects.Median, objects.Max));
        Assert.Equal([1, 1, 1], s.ClassesPerImage.Bins.Select(bin => bin.Count));
        Assert.Equal((20.0, 100.0), (s.ObjectSize.Min, s.ObjectSize.Max));
        Assert.Equal((0.2, Math.Sqrt(0.2), Math.Sqrt(0.5)), (s.RelativeSize.Min, s.RelativeSize.Median, s.RelativeSize.Max));
        Assert.Equal((0.8, 1.0), (s.ObjectAspect.Min, s.ObjectAspect.Max));
        Assert.Equal((50.0, 100.0, 2.0), (s.ImageShortSide.Min, s.ImageShortSide.Max, s.ImageAspect.Max));
        Assert.Equal(new ImageSizeCount(new ImageSize(100, 100), 1), s.ImageSizes[0]);
        Assert.Equal(new MaskForms(2, 0, 2, 0), s.Masks);
        Assert.Equal((2, 1.0, 2.0), (s.PolygonsPerObject.Count, s.PolygonsPerObject.Min, s.PolygonsPerObject.Max));
        Assert.Equal((4.0, 5.5, 7.0), (s.CornersPerObject.Min, s.CornersPerObject.Median, s.CornersPerObject.Max));
        Assert.Null(s.Pixels);
    }

    [Fact]
    public void Classes_have_their_objects_images_shares_and_areas()
    {
        DatasetStatistics s = Load(Write(SmallDataset.Instances));

        ClassStatistics cat = s.Classes[0];
        Assert.Equal(("cat", 2, 1, 2), (cat.Name, cat.Objects, cat.Crowds, cat.Images));
        Assert.Equal((2.0 / 3, 5200.0, 5200.0, 10400.0), (cat.Share, cat.MeanArea, cat.MedianArea, cat.Area));
        Assert.Equal(new SizeClasses(1, 0, 1), cat.Sizes);
        Assert.Equal((0, 0.0, (double?)null), (s.Classes[2].Objects, s.Classes[2].Share, s.Classes[2].MeanArea));
        ClassPair pair = Assert.Single(s.Pairs);
        Assert.Equal(("cat", "dog", 1), (pair.First.Name, pair.Second.Name, pair.Images));
    }

    [Fact]
    public void Objects_have_the_level_that_half_their_longer_side_belongs_to()
    {
        // The first image grows 8 times, its boxes to 80 and 200; the second to 1333 columns, its box to 333.
        string file = Write(SmallDataset.Instances);
        Assert.Equal([0, 1, 1, 1, 0], Load(file).Levels.Select(level => level.Objects));

        // 64 itself belongs to the first level: 20 and 50 pixels wide at 6.4 times the size.
        StatisticsOptions smaller = new() { ShortSide = 640, LongSide = 10_000 };
        PyramidLevel[] levels = [.. Load(file, smaller).Levels];
        Assert.Equal([1, 0, 1, 1, 0], levels.Select(level => level.Objects));
        Assert.Equal(("P3", 0.0, 64.0), (levels[0].Name, levels[0].From, levels[0].To));
        Assert.Equal(("P7", 512.0, double.PositiveInfinity), (levels[4].Name, levels[4].From, levels[4].To));
    }

    [Fact]
    public void Centers_of_boxes_are_where_they_are()
    {
        CenterMap centers = Load(Write(SmallDataset.Instances)).Centers;

        int[] places = [.. Enumerable.Range(0, centers.Counts.Count).Where(i => centers.Counts[i] == 1)];
        Assert.Equal([(4, 3), (4, 4), (18, 9)], places.Select(i => (i % centers.Columns, i / centers.Columns)));
        Assert.Equal(3, centers.Counts.Sum());
    }

    [Fact]
    public void A_data_set_of_boxes_is_counted_too()
    {
        const string boxes = """
            {"images":[{"id":1,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"cat"}],
             "annotations":[{"id":1,"image_id":1,"category_id":1,"iscrowd":0,"area":6,"bbox":[0,0,2,3]}]}
            """;
        DatasetStatistics s = Load(Write(boxes));
        Assert.Equal((1, new MaskForms(0, 0, 0, 1)), (s.Objects, s.Masks));
        Assert.Equal((0, 0, 0), (s.ImageSizes.Count, s.RelativeSize.Count, s.Levels.Sum(level => level.Objects)));
    }

    [Fact]
    public void Panoptic_pixels_are_counted_and_stated_areas_not_believed_where_there_are_pngs()
    {
        string file = Write(SmallDataset.Panoptic);
        SmallDataset.PanopticLabels().SavePng(Path.Combine(_folder, "a.png"));

        DatasetStatistics stated = Load(file);
        Assert.Equal((true, 2, 1, 1, 1), (stated.IsPanoptic, stated.Images, stated.Objects, stated.Crowds, stated.Stuff));
        Assert.Equal(new PanopticPixels(1 + 10, 60, null, 200), stated.Pixels);

        DatasetStatistics counted = Load(file, new StatisticsOptions { PanopticFolder = _folder });
        Assert.Equal(new PanopticPixels(20 + 10, 60, 10, 200), counted.Pixels! with { Total = 200 });
        Assert.Equal((100L, 20.0, 60.0), (counted.Pixels!.Total, counted.Classes[0].Area, counted.Classes[1].Area));
        Assert.Equal([true, false], counted.Classes.Select(c => c.IsThing));
    }

    [Fact]
    public void What_cannot_be_counted_is_one_clear_error()
    {
        string panoptic = Write(SmallDataset.Panoptic);
        LabelMap labels = SmallDataset.PanopticLabels();
        labels.Row(9).Fill(77);
        labels.SavePng(Path.Combine(_folder, "a.png"));
        StatisticsOptions options = new() { PanopticFolder = _folder };
        Refused("image 1: a.png has the label 77", () => Load(panoptic, options));
        Refused("is not a panoptic dataset", () => Load(Write(SmallDataset.Instances), options));
        Refused("file not found", () => Load(Path.Combine(_folder, "none.json")));
        Refused("holds a list", () => Load(Write("[{\"image_id\":1}]")));

        static void Refused(string message, Func<DatasetStatistics> load) =>
            Assert.Contains(message, Assert.Throws<InputException>(load).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", 470, 3, 3824, 42, new[] { 1663, 1355, 806 }, new[] { 1834, 920, 619, 385, 66 }, 925, 231, 39)]
    [InlineData("val", 111, 1, 888, 15, new[] { 378, 301, 209 }, new[] { 428, 180, 157, 108, 15 }, 284, 65, 10)]
    public void Coco_is_counted_as_numpy_counts_it(
        string part, int images, int empty, int objects, int crowds, int[] sizes, int[] levels, int persons, int withPersons, int together)
    {
        DatasetStatistics s = Load(SharedData.Require($"coco/annotations/instances_{part}2017.json"));

        Assert.Equal((images, empty, objects, crowds), (s.Images, s.EmptyImages, s.Objects, s.Crowds));
        Assert.Equal(sizes, new[] { s.Sizes.Small, s.Sizes.Medium, s.Sizes.Large });
        Assert.Equal(levels, s.Levels.Select(level => level.Objects));
        Assert.Equal(new MaskForms(objects, 0, crowds, 0), s.Masks);
        Assert.Equal(17, s.CornersPerObject.Median);
        Assert.Equal(("person", persons, withPersons), (s.Classes[0].Name, s.Classes[0].Objects, s.Classes[0].Images));
        Assert.Equal(together, s.Pairs[0].Images);
        Assert.Equal(objects, s.Centers.Counts.Sum());
    }

    [Theory]
    [InlineData("train", 100, 740, 6, 365, 25539025, 28371452)]
    [InlineData("val", 11, 91, 1, 45, 3145832, 3212780)]
    public void Panoptic_coco_is_counted_as_its_json_states_it(
        string part, int images, int things, int crowds, int stuff, long labeled, long total)
    {
        string folder = SharedData.Require($"coco/annotations/panoptic_{part}2017");
        StatisticsOptions options = new() { PanopticFolder = folder };
        DatasetStatistics s = Load(folder + ".json", options);

        Assert.Equal((images, things, crowds, stuff, 133), (s.Images, s.Objects, s.Crowds, s.Stuff, s.Classes.Count));
        Assert.Equal((labeled, total - labeled, total), (s.Pixels!.Things + s.Pixels.Stuff, s.Pixels.Void, s.Pixels.Total));
    }

    private static DatasetStatistics Load(string path, StatisticsOptions? options = null) =>
        DatasetStatistics.Load(path, options, cancellationToken: TestContext.Current.CancellationToken);

    private string Write(string json)
    {
        string path = Path.Combine(_folder, "data.json");
        File.WriteAllText(path, json);
        return path;
    }
}
