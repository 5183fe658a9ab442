using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Files;

/// <summary>What is wrong in a file is said in one line that names file, object, key and value.</summary>
public sealed class BadInstanceFileTests : IDisposable
{
    private const string Good =
        """{"id":7,"image_id":1,"category_id":3,"bbox":[1,2,3,4],"area":12,"iscrowd":0,"segmentation":[[1,2,4,2,4,6,1,6]]}""";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("\"bbox\":[1,2,3,4]", "\"bbox\":[1,NaN,3,4]", "annotation 7: bbox[1] is NaN; it must be a finite number")]
    [InlineData("\"bbox\":[1,2,3,4]", "\"bbox\":[1,2,-Infinity,4]", "annotation 7: bbox[2] is -Infinity")]
    [InlineData("\"bbox\":[1,2,3,4]", "\"bbox\":[1,2,1e999,4]", "annotation 7: bbox[2] is 1e999")]
    [InlineData("\"bbox\":[1,2,3,4]", "\"bbox\":[1,2,-3,4]", "annotation 7: bbox is -3 wide")]
    [InlineData("\"bbox\":[1,2,3,4]", "\"bbox\":[1,2,3]", "annotation 7: bbox has 3 numbers")]
    [InlineData("\"bbox\":[1,2,3,4]", "\"bbox\":[1,2,3,[4,[5]]]", "annotation 7: bbox[3] is a list")]
    [InlineData("\"bbox\":[1,2,3,4]", "\"bbox\":\"all\"", "annotation 7: bbox is \"all\"")]
    [InlineData("\"category_id\":3", "\"category_id\":4", "annotation 7: category_id is 4, but categories has only 3, 9")]
    [InlineData("\"category_id\":3", "\"category_id\":99999999999",
        "annotation 7: category_id is 99999999999, but categories has only 3")]
    [InlineData("\"image_id\":1", "\"image_id\":5", "annotation 7: image_id is 5, but images has no such id")]
    [InlineData("\"image_id\":1", "\"image_id\":[1]", "annotation 7: image_id is a list; it must be an integer of 64 bits or a text")]
    [InlineData("\"image_id\":1,", "", "annotation 7: the key image_id is missing")]
    [InlineData("\"id\":7,", "", "annotations[0]: the key id is missing")]
    [InlineData("\"iscrowd\":0", "\"iscrowd\":2", "annotation 7: iscrowd is 2; it must be an integer from 0 to 1")]
    [InlineData("\"area\":12", "\"area\":\"big\"", "annotation 7: area is \"big\"; it must be a finite number")]
    [InlineData("[[1,2,4,2,4,6,1,6]]", "[[1,2,4,2,Infinity,6,1,6]]", "annotation 7: segmentation has Infinity in a polygon")]
    [InlineData("[[1,2,4,2,4,6,1,6]]", "\"none\"", "annotation 7: segmentation is \"none\"; it must be a list of polygons")]
    [InlineData("[[1,2,4,2,4,6,1,6]]", "{\"size\":[10,12],\"counts\":[1,2]}", "annotation 7: segmentation: RLE counts sum to 3")]
    [InlineData("[[1,2,4,2,4,6,1,6]]", "{\"size\":[10,12],\"counts\":[119,-1,2]}", "annotation 7: segmentation.counts has -1")]
    [InlineData("[[1,2,4,2,4,6,1,6]]", "{\"size\":[10,12],\"counts\":\"h3\\u0007\"}",
        "annotation 7: segmentation: Compressed RLE has code 7 at position 2")]
    [InlineData("[[1,2,4,2,4,6,1,6]]", "{\"size\":[11,10],\"counts\":[110]}",
        "annotation 7: segmentation.size is [11, 10], but its image 1 is [10, 12]")]
    [InlineData("[[1,2,4,2,4,6,1,6]]", "{\"counts\":[120]}", "annotation 7: segmentation is missing the key size")]
    [InlineData("[[1,2,4,2,4,6,1,6]]", "{\"size\":[10,[12],3],\"counts\":[120]}", "annotation 7: segmentation.size must be two integers")]
    public void A_wrong_annotation_is_named_with_key_and_value(string replace, string with, string message)
    {
        Assert.Contains(replace, Good, StringComparison.Ordinal);
        Refused(Dataset(Good.Replace(replace, with, StringComparison.Ordinal)), message);
    }

    [Theory]
    [InlineData("[1,2]", "holds a list, so it looks like a results file")]
    [InlineData("3", "holds no object")]
    [InlineData("{\"images\":[]}", "is missing the key 'categories'")]
    [InlineData("{\"images\":{}}", "images is an object; it must be a list")]
    [InlineData("{\"images\":[3]}", "images[0] is 3; it must be an object")]
    [InlineData("{\"images\":[{\"id\":1,\"width\":0}]}", "image 1: width is 0; it must be an integer from 1")]
    [InlineData("{\"images\":[],\"annotations\":[{\"image_id\":1,\"segments_info\":[]}]}",
        "annotations[0] has segments_info, so this is a panoptic")]
    [InlineData("{\"images\":[{\"id\":1},{\"id\":1}],\"categories\":[],\"annotations\":[]}", "images[1]: the id 1 occurs twice")]
    [InlineData("{\"images\":[],\"categories\":[{\"id\":1},{\"id\":1}],\"annotations\":[]}", "categories: the id 1 occurs twice")]
    [InlineData("{\"images\":[\n{\"id\":1", "not valid JSON at line 2")]
    [InlineData("", "the file is empty")]
    public void A_wrong_file_is_named_with_the_reason(string json, string message) => Refused(json, message);

    [Fact]
    public void An_id_that_occurs_twice_is_refused() => Refused(Dataset(Good + "," + Good), "annotation 7: the id occurs twice");

    [Fact]
    public void A_mask_without_the_size_of_its_image_is_refused() => Refused(
        Dataset(Good).Replace("\"height\":10,", "", StringComparison.Ordinal),
        "image 1: the key height is missing, but the mask of annotation 7");

    [Fact]
    public void A_missing_file_is_named()
    {
        string missing = _path + ".none";
        Assert.Equal($"{missing}: file not found.", Assert.Throws<InputException>(() => InstanceDataset.Load(missing)).Message);
    }

    [Fact]
    public void Invalid_polygons_are_removed_and_counted()
    {
        string some = Good.Replace("[[1,2,4", "[[1,2,3,4],[1,2,3,4,5,6,7],[1,2,4", StringComparison.Ordinal);
        string none = Good.Replace("\"id\":7", "\"id\":8", StringComparison.Ordinal)
            .Replace("[[1,2,4,2,4,6,1,6]]", "[[1,2,4,2]]", StringComparison.Ordinal);
        File.WriteAllText(_path, Dataset(some + "," + none));
        InstanceDataset dataset = InstanceDataset.Load(_path);

        CocoAnnotation kept = Assert.Single(dataset.Annotations);
        Assert.Equal(7, kept.Id);
        Assert.Single(kept.Segmentation!.Polygons);
        Assert.Equal([7, 7, 8, 8], dataset.Warnings.Select(w => w.AnnotationId).Order());
        Assert.Equal(
            [
                "3 polygons with fewer than 6 numbers or an odd count removed (annotation 7, 8)",
                "1 objects without a valid mask dropped (annotation 8)",
            ],
            dataset.DescribeWarnings());
    }

    [Fact]
    public void Without_masks_an_object_needs_none()
    {
        File.WriteAllText(_path, Dataset(Good.Replace("[[1,2,4,2,4,6,1,6]]", "[[\"?\"]]", StringComparison.Ordinal)));
        CocoAnnotation annotation = Assert.Single(InstanceDataset.Load(_path, new InstanceDatasetOptions { Masks = false }).Annotations);
        Assert.Null(annotation.Segmentation);
        Assert.Throws<InvalidOperationException>(() => annotation.ToRle(10, 12));
    }

    [Fact]
    public void A_missing_box_and_area_come_from_the_mask()
    {
        string json = Good.Replace("\"bbox\":[1,2,3,4],\"area\":12,", "", StringComparison.Ordinal);
        File.WriteAllText(_path, Dataset(json));
        InstanceDataset dataset = InstanceDataset.Load(_path);
        CocoAnnotation annotation = Assert.Single(dataset.Annotations);
        Assert.Equal((new Panoptes.Masks.BoxXywh(1, 2, 3, 4), 12), (annotation.Bbox, annotation.Area));
        Assert.Equal([DatasetWarningKind.MissingBox, DatasetWarningKind.MissingArea], dataset.Warnings.Select(w => w.Kind));
    }

    [Fact]
    public void A_single_polygon_without_a_list_around_it_is_understood()
    {
        File.WriteAllText(_path, Dataset(Good.Replace("[[1,2,4,2,4,6,1,6]]", "[1,2,4,2,4,6,1,6]", StringComparison.Ordinal)));
        Assert.Equal(12, Assert.Single(InstanceDataset.Load(_path).Annotations).ToRle(10, 12).Area);
    }

    [Fact]
    public void Values_longer_than_the_buffer_and_a_byte_order_mark_are_read()
    {
        string name = new('x', 300_000);
        string json = Dataset(Good).Replace("a.jpg", name, StringComparison.Ordinal);
        File.WriteAllText(_path, json, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(name, Assert.Single(InstanceDataset.Load(_path).Images).FileName);
    }

    private static string Dataset(string annotations) =>
        $$"""
        {"info":{"a":[1,{"b":2}]},"annotations":[{{annotations}}],"images":[{"id":1,"file_name":"a.jpg","height":10,"width":12}],
        "categories":[{"id":9,"name":"NaN, \"Infinity\""},{"id":3,"name":"cat"}]}
        """;

    private void Refused(string json, string message)
    {
        File.WriteAllText(_path, json);
        InputException error = Assert.Throws<InputException>(() => InstanceDataset.Load(_path));
        Assert.StartsWith($"{_path}: {message}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
