using System.Text;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;

namespace Panoptes.Coco.Tests.Files.Json;

public sealed class UniqueKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-keys").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\"width\":40", "\"width\":40,\"width\":41", "image 1: the key width occurs twice")]
    [InlineData("\"name\":\"cat\"", "\"name\":\"cat\",\"name\":\"dog\"", "category 1: the key name occurs twice")]
    [InlineData("\"category_id\":1", "\"category_id\":1,\"category_id\":2", "annotation 1: the key category_id occurs twice")]
    [InlineData("\"size\":[30,40]", "\"size\":[30,40],\"size\":[30,40]", "annotation 1: segmentation has the key size twice")]
    [InlineData("\"categories\":", "\"images\":[],\"categories\":", "the key images occurs twice")]
    public void An_instance_dataset_with_a_key_twice_is_refused(string once, string twice, string message)
    {
        string path = Write(Instances.Replace(once, twice, StringComparison.Ordinal));
        InputException error = Assert.Throws<InputException>(() => InstanceDataset.Load(path));
        Assert.StartsWith($"{path}: {message}", error.Message, StringComparison.Ordinal);
        Assert.Equal((path, InputErrorKind.Invalid), (error.File, error.Kind));
    }

    [Theory]
    [InlineData("\"score\":0.5", "\"score\":0.5,\"score\":0.6", "score")]
    [InlineData("\"image_id\":1", "\"image_id\":1,\"image_id\":1", "image_id")]
    public void Results_with_a_key_twice_are_refused(string once, string twice, string key)
    {
        const string results = """[{"image_id":1,"category_id":1,"score":0.5,"bbox":[0,0,1,1]}]""";
        string path = Write(results.Replace(once, twice, StringComparison.Ordinal));
        InputException error = Assert.Throws<InputException>(() => ResultFile.Load(path));
        Assert.Contains($"the key {key} occurs twice", error.Message, StringComparison.Ordinal);
        Assert.Equal(path, error.File);
    }

    [Theory]
    [InlineData("\"file_name\":\"a.png\"", "\"file_name\":\"a.png\",\"file_name\":\"b.png\"", "file_name")]
    [InlineData("\"area\":4", "\"area\":4,\"area\":5", "area")]
    [InlineData("\"isthing\":1", "\"isthing\":1,\"isthing\":0", "isthing")]
    public void A_panoptic_dataset_with_a_key_twice_is_refused(string once, string twice, string key)
    {
        const string panoptic = """
            {"categories":[{"id":1,"name":"cat","isthing":1}],
             "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":1,"category_id":1,"iscrowd":0,"bbox":[0,0,2,2],"area":4}]}]}
            """;
        string path = Write(panoptic);
        Assert.Single(PanopticDataset.Load(path).Annotations);
        path = Write(panoptic.Replace(once, twice, StringComparison.Ordinal));
        InputException error = Assert.Throws<InputException>(() => PanopticDataset.Load(path));
        Assert.Contains($"the key {key} occurs twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_names_it_a_conversion_skips_it_and_a_subset_refuses_it()
    {
        string path = Write(Instances.Replace("\"category_id\":1", "\"category_id\":1,\"category_id\":1", StringComparison.Ordinal));
        DatasetFinding finding = Assert.Single(
            DatasetCheck.Run(path, cancellationToken: TestContext.Current.CancellationToken).Findings, f => f.Problem.Kind == ProblemKind.DuplicateKey);
        Assert.Equal(["annotations[0]: category_id"], finding.Examples);
        Assert.Throws<InputException>(() => DatasetSubset.Write(path, path + ".out", new SubsetOptions { Images = 1 }, cancellationToken: TestContext.Current.CancellationToken));

        ConversionResult result = DatasetConverter.Convert(
            new ConversionOptions { From = DatasetFormat.Coco, Input = path, To = DatasetFormat.LabelMe, Output = Path.Combine(_folder, "l") },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, result.Objects);
        Assert.Equal(1, Assert.Single(result.Losses, loss => loss.Kind == LossKind.InvalidObjects).Count);
    }

    [Theory]
    [InlineData("utf-32")]
    [InlineData("utf-32BE")]
    [InlineData("utf-16BE")]
    public void Other_forms_of_Unicode_are_told_by_their_mark(string encoding)
    {
        string path = Path.Combine(_folder, "a.json");
        File.WriteAllText(path, Instances, Encoding.GetEncoding(encoding));
        Assert.Equal(2, InstanceDataset.Load(path).Annotations.Count);
    }

    private const string Instances = """
        {"images":[{"id":1,"file_name":"a.png","width":40,"height":30,"license":1,"coco_url":"","date_captured":"","flickr_url":""}],
         "categories":[{"id":1,"name":"cat","supercategory":"animal"}],
         "annotations":[{"id":1,"image_id":1,"category_id":1,"area":10,"iscrowd":1,"bbox":[0,0,1,10],
                         "segmentation":{"size":[30,40],"counts":[0,10,1190]}},
                        {"id":2,"image_id":1,"area":10,"iscrowd":0,"bbox":[0,0,1,10],"category_id": 1,"segmentation":[[0,0,9,0,9,9]]}]}
        """;

    private string Write(string text)
    {
        string path = Path.Combine(_folder, "a.json");
        File.WriteAllText(path, text);
        return path;
    }
}
