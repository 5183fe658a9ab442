using System.Text.Json;
using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Masks;
using Panoptes.Testing;

namespace Panoptes.Coco.Tests.Datasets.Checks;

public sealed class InstanceCheckTests : IDisposable
{
    private const string Bbox = "\"bbox\":[10,5,30,20],";
    private const string Area = "\"area\":600,";
    private const string Crowd = "\"iscrowd\":0,";
    private const string Polygon = "[[10,5,40,5,40,25,10,25]]";
    private const string Counts = "{\"size\":[40,60],\"counts\":[200,400,1800]}";

    /// <summary>The polygon's pixels as COCO's compressed run lengths, as JSON writes them.</summary>
    private static readonly string s_compressed =
        Rle.FromBox(new Box(10, 5, 40, 25), 40, 60).ToCompressedString().Replace("\\", "\\\\", StringComparison.Ordinal);

    private readonly CheckFolder _folder = new();

    /// <summary>Repairs whatever can be, and drops the rest.</summary>
    private DatasetCheckOptions Everything => new() { Fix = _folder.Fixed, DropUnusable = true, AllowLoss = true };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_clean_data_set_has_no_findings_and_its_copy_is_the_same()
    {
        DatasetCheckResult result = _folder.Check(CheckFolder.Clean, new DatasetCheckOptions { Fix = _folder.Fixed });
        Assert.Empty(result.Findings);
        Assert.Equal((DatasetKind.Instances, 2, 3, 2), (result.Kind, result.Images, result.Annotations, result.Classes));
        Assert.Empty(result.Repair!.Changes);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(CheckFolder.Clean), JsonNode.Parse(File.ReadAllText(_folder.Fixed))));
    }

    [Theory]
    [InlineData("\"images\":[", "\"images\":[{\"file_name\":\"x.png\",\"height\":4,\"width\":6},",
        ProblemKind.InvalidImage, "images[0] (x.png)")]
    [InlineData("\"images\":[", "\"images\":[7,", ProblemKind.InvalidImage, "images[0]")]
    [InlineData("\"images\":[", "\"images\":[{\"id\":2,\"file_name\":\"c.png\",\"height\":40,\"width\":60},",
        ProblemKind.DuplicateImageId, "image 2 (b.png) and image 2 (c.png)")]
    [InlineData("\"images\":[", "\"images\":[{\"id\":5,\"file_name\":\"b.png\",\"height\":40,\"width\":60},",
        ProblemKind.DuplicateFileName, "image 2 (b.png) and image 5")]
    [InlineData("\"a.png\"", "[5]", ProblemKind.InvalidFileName, "image 1: a list")]
    [InlineData("\"categories\":[", "\"categories\":[{\"name\":\"x\"},", ProblemKind.InvalidClass, "categories[0]")]
    [InlineData("\"categories\":[", "\"categories\":[{\"id\":3,\"name\":\"lion\"},",
        ProblemKind.DuplicateClassId, "class 3 (cat) and class 3 (lion)")]
    [InlineData("\"annotations\":[", "\"annotations\":[[{}],", ProblemKind.InvalidAnnotation, "annotations[0]")]
    [InlineData("\"id\":7,", "\"id\":[7],", ProblemKind.InvalidId, "annotations[0]: a list")]
    [InlineData("\"id\":7,", "", ProblemKind.InvalidId, "annotations[0]: missing")]
    [InlineData("\"id\":8,", "\"id\":7,", ProblemKind.DuplicateId, "annotation 7 (annotations[1])")]
    [InlineData("\"id\":7,", "\"id\":0,", ProblemKind.ZeroId, "annotations[0]")]
    [InlineData("\"image_id\":1", "\"image_id\":5", ProblemKind.UnknownImage, "annotation 7: image_id 5")]
    [InlineData("\"image_id\":1,", "", ProblemKind.UnknownImage, "annotation 7: image_id missing")]
    [InlineData("\"category_id\":3", "\"category_id\":4", ProblemKind.UnknownClass, "annotation 7: category_id 4")]
    [InlineData("\"category_id\":3", "\"category_id\":\"cat\"", ProblemKind.UnknownClass, "annotation 7: category_id \"cat\"")]
    [InlineData(Bbox, "\"bbox\":[10,5,30],", ProblemKind.InvalidBox, "annotation 7: 3 numbers")]
    [InlineData(Bbox, "\"bbox\":[10,NaN,30,20],", ProblemKind.InvalidBox, "annotation 7: NaN in a list")]
    [InlineData(Bbox, "\"bbox\":\"all\",", ProblemKind.InvalidBox, "annotation 7: \"all\"")]
    [InlineData(Bbox, "", ProblemKind.InvalidBox, "annotation 7: missing")]
    [InlineData(Bbox, "\"bbox\":[10,5,0,20],", ProblemKind.EmptyBox, "annotation 7: [10, 5, 0, 20]")]
    [InlineData(Bbox, "\"bbox\":[10,5,30,-20],", ProblemKind.EmptyBox, "annotation 7: [10, 5, 30, -20]")]
    [InlineData(Bbox, "\"bbox\":[10,5,60,20],", ProblemKind.BoxOutside, "annotation 7: [10, 5, 60, 20] in 60x40")]
    [InlineData(Bbox, "\"bbox\":[14.5,5,25.5,20],", ProblemKind.BoxOffMask, "annotation 7: [14.5, 5, 25.5, 20], its mask [10, 5, 30, 20]")]
    [InlineData(Area, "\"area\":0,", ProblemKind.InvalidArea, "annotation 7: 0")]
    [InlineData(Area, "\"area\":-Infinity,", ProblemKind.InvalidArea, "annotation 7: -Infinity")]
    [InlineData(Area, "", ProblemKind.InvalidArea, "annotation 7: missing")]
    [InlineData(Area, "\"area\":700,", ProblemKind.WrongArea, "annotation 7: 700, its mask has 600 pixels")]
    [InlineData("\"area\":400,\"iscrowd\":1", "\"area\":200,\"iscrowd\":1",
        ProblemKind.CrowdArea, "annotation 9: 200, its mask has 400 pixels")]
    [InlineData(Crowd, "\"iscrowd\":\"no\",", ProblemKind.InvalidCrowdFlag, "annotation 7: \"no\"")]
    [InlineData(Crowd, "", ProblemKind.MissingCrowdFlag, "annotation 7")]
    [InlineData(Polygon, "\"none\"", ProblemKind.InvalidMask, "annotation 7: \"none\"")]
    [InlineData(Counts, "{\"counts\":[200,400,1800]}", ProblemKind.InvalidMask, "annotation 8: segmentation is missing the key size")]
    [InlineData(Counts, "{\"size\":[40,60],\"counts\":[200,400]}", ProblemKind.InvalidMask,
        "annotation 8: RLE counts sum to 600, but a mask of 40 rows and 60 columns has 2400 pixels")]
    [InlineData(Counts, "{\"size\":[40,60],\"counts\":\"h3\\u0007\"}", ProblemKind.InvalidMask, "annotation 8: Compressed RLE has code 7")]
    [InlineData(Counts, "{\"size\":[60,40],\"counts\":[200,400,1800]}", ProblemKind.MaskSize, "annotation 8: 40x60, its image is 60x40")]
    [InlineData(Counts, "{\"size\":[40,60],\"counts\":[2400]}", ProblemKind.EmptyMask, "annotation 8")]
    [InlineData(Polygon, "[[10,5,10,25,10,15]]", ProblemKind.EmptyMask, "annotation 7")]
    [InlineData("[[10", "[[1,2,3,4],[10", ProblemKind.InvalidPolygon, "annotation 7: 4 numbers")]
    [InlineData("[[10", "[[1,2,3,4,5,6,7],[10", ProblemKind.InvalidPolygon, "annotation 7: 7 numbers")]
    [InlineData("[[10", "[[1,2,3,NaN,5,6],[10", ProblemKind.InvalidPolygon, "annotation 7: NaN in a list")]
    [InlineData(Polygon, "[[1,2,3,4]]", ProblemKind.InvalidPolygon, "annotation 7: 4 numbers")]
    [InlineData(Polygon, "[10,5,40,5,40,25,10,25]", ProblemKind.BarePolygon, "annotation 7")]
    [InlineData("[[10", "[[70,5,80,5,80,9],[10", ProblemKind.PolygonOutside, "annotation 7: [10, 5, 70, 20] in 60x40")]
    [InlineData("{\"size\":[40,60],\"counts\":[1600,400,400]}", "[[40,0,50,0,50,40,40,40]]", ProblemKind.CrowdPolygon, "annotation 9")]
    public void Each_problem_is_found_alone_with_its_value_and_repaired(string replace, string with, ProblemKind kind, string example)
    {
        DatasetCheckResult result = _folder.Check(CheckFolder.With(replace, with), Everything);

        Assert.Equal([(kind, 1)], CheckFolder.Serious(result));
        DatasetFinding finding = result.Findings.Single(f => f.Problem.Kind == kind);
        Assert.StartsWith(example, Assert.Single(finding.Examples), StringComparison.Ordinal);
        Assert.Equal(0, result.Repair!.Check.Errors);
        Assert.DoesNotContain(result.Repair.Check.Findings, f => f.Problem.Kind == kind);
        Assert.NotEmpty(result.Repair.Changes);
        Assert.Empty(InstanceDataset.Load(_folder.Fixed).Warnings);
    }

    [Theory]
    [InlineData("\"file_name\":\"a.png\",", "", ProblemKind.MissingFileName)]
    [InlineData("\"a.png\",\"height\":40,", "\"a.png\",", ProblemKind.MissingSize)]
    [InlineData("\"a.png\",\"height\":40,", "\"a.png\",\"height\":-1,", ProblemKind.MissingSize)]
    [InlineData("\"name\":\"dog\"", "\"name\":\"cat\"", ProblemKind.SameClassName)]
    [InlineData(Polygon, "[]", ProblemKind.MissingMask)]
    [InlineData(Polygon, "null", ProblemKind.MissingMask)]
    public void What_cannot_be_repaired_is_found_and_stays(string replace, string with, ProblemKind kind)
    {
        DatasetCheckResult result = _folder.Check(CheckFolder.With(replace, with), new DatasetCheckOptions { Fix = _folder.Fixed });
        Assert.Equal([(kind, 1)], CheckFolder.Serious(result));
        Assert.Equal([(kind, 1)], CheckFolder.Serious(result.Repair!.Check));
    }

    [Theory]
    [InlineData(Bbox, "\"bbox\":[9.5,4,31,21.9],")]
    [InlineData(Bbox, "\"bbox\":[10,5,29,19],")]
    [InlineData(Area, "\"area\":655,")]
    [InlineData(Crowd, "\"iscrowd\":false,")]
    [InlineData(Polygon, "[[10,5,40,5,40,15,10,15],[10,15,40,15,40,25,10,25]]")]
    [InlineData(Polygon, "{\"size\":[40,60],\"counts\":\"COMPRESSED\"}")]
    [InlineData("\"id\":7,", "\"id\":7.0,")]
    public void What_other_tools_write_a_little_differently_is_no_problem(string replace, string with)
    {
        string json = CheckFolder.With(replace, with.Replace("COMPRESSED", s_compressed, StringComparison.Ordinal));
        Assert.Empty(CheckFolder.Serious(_folder.Check(json)));
    }

    [Fact]
    public void An_object_that_is_there_twice_is_found_by_its_pixels_whatever_its_form()
    {
        string twice = $$"""
            {"id":70,"image_id":1,"category_id":3,"bbox":[10,5,30,20],"area":600,"iscrowd":0,"segmentation":{"size":[40,60],"counts":"{{s_compressed}}" } },
            """;
        string json = CheckFolder.With("\"annotations\":[", "\"annotations\":[" + twice);
        DatasetCheckResult result = _folder.Check(json, Everything);
        Assert.Equal([(ProblemKind.DuplicateObject, 1)], CheckFolder.Serious(result));
        Assert.Equal("annotation 7 and annotation 70", result.Findings[0].Examples[0]);
        Assert.Equal([70, 8, 9], InstanceDataset.Load(_folder.Fixed).Annotations.Select(a => a.Id));

        const string with = "\"id\":70,\"image_id\":1,\"category_id\":";
        Assert.Empty(CheckFolder.Serious(_folder.Check(CheckFolder.With(with + "3", with + "9", json))));
    }

    [Fact]
    public void Images_and_classes_without_objects_are_told()
    {
        DatasetCheckResult result = _folder.Check(CheckFolder.With("\"image_id\":1,\"category_id\":3", "\"image_id\":2,\"category_id\":9"));
        Assert.Equal([ProblemKind.ImageWithoutObjects, ProblemKind.ClassWithoutObjects], result.Findings.Select(f => f.Problem.Kind));
        Assert.Equal(["image 1 (a.png)", "class 3 (cat)"], result.Findings.Select(f => f.Examples.Single()));
    }

    [Fact]
    public void All_problems_are_found_at_once_and_few_examples_kept()
    {
        string json = CheckFolder.Clean
            .Replace("\"image_id\":2", "\"image_id\":3", StringComparison.Ordinal)
            .Replace("\"area\":600", "\"area\":60", StringComparison.Ordinal)
            .Replace("\"annotations\":[", $"\"annotations\":[{string.Concat(Enumerable.Repeat("1,", 9))}", StringComparison.Ordinal);
        DatasetCheckResult result = _folder.Check(json);
        Assert.Equal(
            [(ProblemKind.InvalidAnnotation, 9), (ProblemKind.UnknownImage, 2), (ProblemKind.WrongArea, 1)], CheckFolder.Serious(result));
        Assert.Equal(["annotations[0]", "annotations[1]", "annotations[2]", "annotations[3]", "annotations[4]"], result.Findings[0].Examples);
        Assert.Equal((12, 0), (result.Errors, result.Warnings));
    }

    [Theory]
    [InlineData("[1,2]", "holds a list, so it looks like a results file")]
    [InlineData("{\"images\":[]}", "is missing the key 'categories'")]
    [InlineData("{\"images\":{}}", "images is an object; it must be a list")]
    [InlineData("{\"images\":[\n{\"id\":1", "not valid JSON at line 2")]
    public void A_file_that_is_no_data_set_is_one_clear_error(string json, string message)
    {
        InputException error = Assert.Throws<InputException>(() => _folder.Check(json));
        Assert.StartsWith($"{_folder.In("data.json")}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_repaired_copy_never_replaces_the_data_set()
    {
        string path = _folder.Write(CheckFolder.Clean);
        string same = Path.Combine(_folder.Path, ".", "data.json");
        DatasetCheckOptions options = new() { Fix = same };
        Assert.Throws<InputException>(() => DatasetCheck.Run(path, options, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_kind_is_explained_and_the_documentation_says_the_same()
    {
        string page = File.ReadAllText(Repository.Require("docs/datasets.md"));
        foreach (ProblemKind kind in Enum.GetValues<ProblemKind>())
        {
            Problem problem = ProblemTable.Of(kind);
            Assert.Equal(kind, problem.Kind);
            string key = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{kind}");
            string severity = $"{problem.Severity}".ToLowerInvariant();
            Assert.Contains($"| {problem.Title} (`{key}`) | {severity} | {problem.Effect} | {problem.Remedy} |", page, StringComparison.Ordinal);
            Assert.All([problem.Effect, problem.Remedy], text => Assert.EndsWith(".", text, StringComparison.Ordinal));
        }

        Assert.All(Enum.GetValues<RepairKind>(), kind => Assert.NotEmpty(new RepairChange(kind, 1).What));
    }
}
