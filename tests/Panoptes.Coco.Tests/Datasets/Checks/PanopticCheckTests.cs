using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Imaging.Codecs;

namespace Panoptes.Coco.Tests.Datasets.Checks;

public sealed class PanopticCheckTests : IDisposable
{
    private const string Clean =
        """
        {"images":[{"id":1,"file_name":"a.jpg","width":10,"height":8},{"id":2,"file_name":"b.jpg","width":10,"height":8}],
        "categories":[{"id":3,"name":"cat","isthing":1},{"id":7,"name":"sky","isthing":0}],
        "annotations":[{"image_id":1,"file_name":"a.png","extra":1,"segments_info":[
        {"id":70000,"category_id":3,"area":20,"bbox":[0,0,10,2],"iscrowd":0,"extra":2},{"id":2,"category_id":7,"area":60,"bbox":[0,2,10,6],"iscrowd":0}]},
        {"image_id":2,"file_name":"b.png","segments_info":[
        {"id":5,"category_id":3,"area":10,"iscrowd":0},{"id":6,"category_id":7,"area":60,"bbox":[0,2,10,6],"iscrowd":0}]}]}
        """;

    private readonly CheckFolder _folder = new();

    public PanopticCheckTests()
    {
        Draw("a.png", 10, (0, 70000), (2, 2));
        Draw("b.png", 10, (0, 5), (1, 0), (2, 6));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_clean_data_set_has_no_findings_and_its_copy_is_the_same()
    {
        DatasetCheckResult result = Check(Clean);
        Assert.Empty(result.Findings);
        Assert.Equal((DatasetKind.Panoptic, 2, 2, 2), (result.Kind, result.Images, result.Annotations, result.Classes));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Clean), JsonNode.Parse(File.ReadAllText(_folder.Fixed))));
    }

    [Theory]
    [InlineData("\"annotations\":[", "\"annotations\":[{\"image_id\":2,\"segments_info\":[]},",
        ProblemKind.InvalidAnnotation, "annotations[0]: no file_name")]
    [InlineData("\"image_id\":2", "\"image_id\":9", ProblemKind.UnknownImage, "annotations[1]: image_id 9")]
    [InlineData("\"image_id\":2", "\"image_id\":1", ProblemKind.DuplicatePanopticImage, "annotations[1]: image 1")]
    [InlineData("\"b.png\"", "\"c.png\"", ProblemKind.MissingLabelMap, "image 2 (b.jpg): c.png")]
    [InlineData("\"b.png\"", "\"data.json\"", ProblemKind.UnreadableLabelMap, "image 2 (b.jpg): data.json: not an image")]
    [InlineData("\"b.jpg\",\"width\":10", "\"b.jpg\",\"width\":11",
        ProblemKind.LabelMapSize, "image 2 (b.jpg): b.png is 10x8, its image 11x8")]
    [InlineData("{\"id\":5,\"category_id\":3,\"area\":10,\"iscrowd\":0},", "",
        ProblemKind.LabelWithoutSegment, "image 2 (b.jpg): label 5, 10 pixels")]
    [InlineData("[\n{\"id\":5", "[{\"id\":9,\"category_id\":3,\"iscrowd\":0},\n{\"id\":5",
        ProblemKind.SegmentWithoutPixels, "image 2 (b.jpg): segment 9")]
    [InlineData("[\n{\"id\":5", "[{\"id\":0,\"category_id\":3,\"iscrowd\":0},\n{\"id\":5",
        ProblemKind.InvalidSegment, "image 2 (b.jpg): segments_info[0]: id 0")]
    [InlineData("[\n{\"id\":5", "[4,\n{\"id\":5", ProblemKind.InvalidSegment, "image 2 (b.jpg): segments_info[0]: id missing")]
    [InlineData("{\"id\":6,", "{\"id\":5,\"category_id\":3},{\"id\":6,", ProblemKind.DuplicateSegmentId, "image 2 (b.jpg): segment 5")]
    [InlineData("{\"id\":5,\"category_id\":3", "{\"id\":5,\"category_id\":4",
        ProblemKind.UnknownClass, "image 2 (b.jpg): segment 5: category_id 4")]
    [InlineData("\"area\":10", "\"area\":600", ProblemKind.SegmentArea, "image 2 (b.jpg): segment 5: 600, its pixels 10")]
    [InlineData("\"area\":10,", "", ProblemKind.SegmentArea, "image 2 (b.jpg): segment 5: missing, its pixels 10")]
    [InlineData("[0,0,10,2]", "[0,0,7,2]",
        ProblemKind.SegmentBox, "image 1 (a.jpg): segment 70000: [0, 0, 7, 2], its pixels [0, 0, 10, 2]")]
    [InlineData("[0,0,10,2]", "[0,0]", ProblemKind.SegmentBox, "image 1 (a.jpg): segment 70000: 2 numbers")]
    [InlineData("10,\"iscrowd\":0", "10,\"iscrowd\":7", ProblemKind.InvalidCrowdFlag, "image 2 (b.jpg): segment 5: 7")]
    [InlineData("10,\"iscrowd\":0", "10", ProblemKind.MissingCrowdFlag, "image 2 (b.jpg): segment 5: missing")]
    public void Each_problem_is_found_alone_with_its_value_and_repaired(string replace, string with, ProblemKind kind, string example)
    {
        DatasetCheckResult result = Check(CheckFolder.With(replace, with, Clean));
        Assert.Equal([(kind, 1)], CheckFolder.Serious(result));
        Assert.StartsWith(example, result.Findings.Single(f => f.Problem.Kind == kind).Examples[0], StringComparison.Ordinal);
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));
        PanopticDataset repaired = PanopticDataset.Load(_folder.Fixed);
        Assert.Equal(20, repaired.Annotations[0].Segments[0].Area);
    }

    [Theory]
    [InlineData("\"isthing\":1", "\"other\":1", ProblemKind.MissingIsThing)]
    [InlineData("\"isthing\":1", "\"isthing\":\"yes\"", ProblemKind.MissingIsThing)]
    [InlineData("{\"id\":70000,\"category_id\":3", "{\"id\":70000,\"category_id\":7", ProblemKind.RepeatedStuff)]
    public void What_cannot_be_repaired_is_found_and_stays(string replace, string with, ProblemKind kind)
    {
        DatasetCheckResult result = Check(CheckFolder.With(replace, with, Clean));
        Assert.Equal([(kind, 1)], CheckFolder.Serious(result));
        Assert.Equal([(kind, 1)], CheckFolder.Serious(result.Repair!.Check));
    }

    [Fact]
    public void A_gray_label_map_is_a_warning()
    {
        byte[] labels = new byte[80];
        labels.AsSpan(0, 10).Fill(5);
        labels.AsSpan(20).Fill(6);
        File.WriteAllBytes(_folder.In("b.png"), PngWriter.Encode(labels, 10, 8, 1));
        Assert.Equal([(ProblemKind.LabelMapNotRgb, 1)], CheckFolder.Serious(Check(Clean)));
    }

    [Fact]
    public void An_image_that_is_left_out_goes_with_its_annotation_and_unknown_keys_survive()
    {
        string json = CheckFolder.With("\"area\":20", "\"area\":21", CheckFolder.With("\"b.png\"", "\"c.png\"", Clean));
        DatasetCheckResult result = Check(json);
        Assert.Equal(
            [(RepairKind.ImagesSkipped, 1), (RepairKind.AnnotationsSkipped, 1), (RepairKind.AreasCorrected, 1)],
            result.Repair!.Changes.Select(c => (c.Kind, c.Count)));
        JsonNode repaired = JsonNode.Parse(File.ReadAllText(_folder.Fixed))!;
        Assert.Equal(1, (int)repaired["images"]!.AsArray().Single()!["id"]!);
        JsonNode annotation = repaired["annotations"]!.AsArray().Single()!;
        Assert.Equal((1, 2, 20), ((int)annotation["extra"]!, (int)annotation["segments_info"]![0]!["extra"]!, (int)annotation["segments_info"]![0]!["area"]!));
    }

    [Fact]
    public void Without_the_folder_the_PNGs_are_left_alone()
    {
        Directory.GetFiles(_folder.Path, "*.png").ToList().ForEach(File.Delete);
        Assert.Empty(_folder.Check(CheckFolder.With("\"area\":20", "\"area\":21", Clean)).Findings);
    }

    [Theory]
    [InlineData(20, 10, true)] // the label map has the file's size: only the stated one is wrong
    [InlineData(10, 20, false)]
    public void Where_the_proportions_of_image_and_file_differ_the_label_map_decides(int stated, int stored, bool isRepaired)
    {
        string images = Directory.CreateDirectory(_folder.In("images")).FullName;
        new Image(10, 8).SaveJpeg(Path.Combine(images, "a.jpg"));
        new Image(stored, 8).SaveJpeg(Path.Combine(images, "b.jpg"));
        string json = CheckFolder.With("\"b.jpg\",\"width\":10", $"\"b.jpg\",\"width\":{stated}", Clean);
        DatasetCheckResult result = _folder.Check(
            json, new DatasetCheckOptions { Images = images, PanopticFolder = _folder.Path, Fix = _folder.Fixed });
        Assert.Equal([(ProblemKind.WrongSize, 1)], CheckFolder.Serious(result));
        Assert.Equal(isRepaired ? 0 : 1, result.Repair!.Check.Errors);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Clean), JsonNode.Parse(File.ReadAllText(_folder.Fixed))));
    }

    private DatasetCheckResult Check(string json) => _folder.Check(
        json,
        new DatasetCheckOptions
        {
            PanopticFolder = _folder.Path,
            Fix = _folder.Fixed,
            DropUnusable = true,
            AllowLoss = true,
        });

    private void Draw(string name, int width, params (int Row, int Label)[] bands)
    {
        LabelMap map = new(width, 8);
        foreach ((int row, int label) in bands)
        {
            map.Labels[(row * width)..].Fill(label);
        }

        map.SavePng(_folder.In(name));
    }
}
