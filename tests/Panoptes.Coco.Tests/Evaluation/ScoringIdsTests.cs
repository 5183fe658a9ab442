using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Evaluation;

public sealed class ScoringIdsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-ids").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\"aachen_1\"", "\"aachen_1\"", "3", "3")]
    [InlineData("9007199254740993", "9007199254740993", "3860339365", "3860339365")]
    [InlineData("1", "1", "\"cat\"", "\"cat\"")]
    [InlineData("1", "\"1\"", "3", "3")]
    [InlineData("1", "\"IMG_0001\"", "3", "3")] // by the name of its file
    public void Ids_are_texts_or_integers_of_64_bits(string trueImage, string foundImage, string trueClass, string foundClass)
    {
        ApResult result = AveragePrecision.Score(
            Write("gt.json", GroundTruth(trueImage, trueClass)),
            Write("dt.json", $"[{Detection(foundImage, foundClass)}]"),
            new ApOptions { IouType = IouType.Bbox });
        Assert.Equal(1, result.Ap, 9);
        Assert.Equal(foundImage == "\"IMG_0001\"" ? 1 : 0, result.Warnings.Count);
    }

    [Fact]
    public void An_image_that_nobody_has_is_named_as_it_stands()
    {
        InputException error = Assert.Throws<InputException>(() => AveragePrecision.Score(
            Write("gt.json", GroundTruth("\"aachen_1\"", "3")), Write("dt.json", $"[{Detection("\"aachen_2\"", "3")}]")));
        Assert.Contains("image_id is \"aachen_2\", which is not an image of the dataset", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detections_beyond_the_limit_are_told_and_can_be_counted()
    {
        string groundTruth = Write("gt.json", GroundTruth("1", "3"));
        string found = Write("dt.json", $"[{string.Join(',', Enumerable.Range(0, 130).Select(i => Detection("1", "3", i)))}]");
        ApResult limited = AveragePrecision.Score(groundTruth, found, new ApOptions { IouType = IouType.Bbox });
        Assert.StartsWith("30 detections do not count: only the 100 with the highest scores", Assert.Single(limited.Warnings), StringComparison.Ordinal);
        ApResult all = AveragePrecision.Score(groundTruth, found, new ApOptions { IouType = IouType.Bbox, MaxDetections = [1, 10, 130] });
        Assert.Empty(all.Warnings);
        Assert.Equal((130, "AR130"), (all.Classes[0].Detections, all.Names[8]));
    }

    [Fact]
    public void Ranges_whose_names_begin_alike_keep_their_names_and_classes_are_a_table()
    {
        ApOptions options = new() { IouType = IouType.Bbox, AreaRanges = [new("all", 0, 1e10), new("tiny", 0, 99), new("thin", 100, 1e10)] };
        ApResult result = AveragePrecision.Score(
            Write("gt.json", GroundTruth("1", "3")), Write("dt.json", $"[{Detection("1", "3")}]"), options);
        Assert.Equal(["APtiny", "APthin"], result.Names.Skip(3).Take(2));
        string[] lines = result.ToCsv().Split('\n');
        Assert.Equal("id,name,ap,ap50,ap75,aptiny,apthin,ar,objects,detections", lines[0]);
        Assert.Matches("^3,\"a \"\"cat\"\"\",(0.99|1).*,-1,.*,1,1$", lines[1]);
    }

    private static string GroundTruth(string image, string category) =>
        $$"""
        {"images":[{"id":{{image}},"file_name":"shots/IMG_0001.jpg","width":60,"height":40}],
        "annotations":[{"id":1,"image_id":{{image}},"category_id":{{category}},"bbox":[1,2,20,10],"area":200,"iscrowd":0}],
        "categories":[{"id":{{category}},"name":"a \"cat\""}]}
        """;

    private static string Detection(string image, string category, int rank = 0) =>
        $$"""{"image_id":{{image}},"category_id":{{category}},"bbox":[1,2,20,10],"score":0.{{900 - rank}}}""";

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
