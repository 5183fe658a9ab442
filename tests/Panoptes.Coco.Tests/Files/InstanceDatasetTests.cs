using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Files;

public sealed class InstanceDatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Areas_that_are_the_boxes_are_taken_from_the_masks_though_only_boxes_are_read()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """
                {"images":[{"id":1,"file_name":"a.png","width":40,"height":30}],"categories":[{"id":1,"name":"cat"}],
                 "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[0,0,20,20],"area":400,"segmentation":[[0,0,20,0,20,20]]},
                                {"id":2,"image_id":1,"category_id":1,"bbox":[0,0,10,10],"area":100,"segmentation":[[0,0,10,0,10,10]]},
                                {"id":3,"image_id":1,"category_id":1,"bbox":[0,0,10,10],"area":100}]}
                """);
            InstanceDataset read = InstanceDataset.Load(path, new InstanceDatasetOptions { Masks = false });
            Assert.Equal(3, read.Annotations.Count);
            Assert.InRange(read.Annotations[0].Area, 190, 210);
            Assert.InRange(read.Annotations[1].Area, 45, 55);
            Assert.Equal(100, read.Annotations[2].Area);
            Assert.Equal(DatasetWarningKind.BoxAreas, Assert.Single(read.Warnings).Kind);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Real_annotations_load_with_boxes_areas_and_masks_of_pycocotools()
    {
        InstanceDataset dataset = InstanceDataset.Load(SharedData.Require("coco/annotations/instances_val2017.json"));
        using JsonDocument golden = GoldenFile.Open("golden/masks_val2017.json");
        Dictionary<long, string> expected = golden.RootElement.GetProperty("annotations").EnumerateArray().ToDictionary(
            a => a.GetProperty("id").GetInt64(), a => a.GetProperty("counts").GetString()!);

        Assert.Equal(111, dataset.Images.Count);
        Assert.Equal(80, dataset.Categories.Count);
        Assert.Equal(903, dataset.Annotations.Count);
        Assert.Empty(dataset.Warnings);
        Assert.Equal(Enumerable.Range(0, 80), dataset.Categories.Select(c => dataset.IndexOfCategory(c.Id)));
        for (int i = 0; i < dataset.Images.Count; i++)
        {
            CocoImage image = dataset.Images[i];
            Assert.Equal(i, dataset.IndexOfImage(image.Id));
            foreach (CocoAnnotation annotation in dataset.AnnotationsOf(i))
            {
                Assert.Equal(image.Id, annotation.ImageId);
                Assert.Equal(expected[annotation.Id], annotation.ToRle(image.Height, image.Width).ToCompressedString());
            }
        }
    }

    [Theory]
    [InlineData("coco/annotations/instances_val2017.json")]
    [InlineData("dsb2018_256/instances.json")]
    [InlineData("coco_person/instances_val.json")]
    [InlineData("coco_eval_reference/instances_val2014_100.json")]
    public void Written_and_read_again_a_data_set_is_the_same(string file)
    {
        InstanceDataset dataset = InstanceDataset.Load(SharedData.Require(file));
        string path = Path.Combine(_folder, "copy.json");
        CocoWriter.WriteInstances(path, dataset);
        InstanceDataset copy = InstanceDataset.Load(path);

        Assert.NotEmpty(dataset.Annotations);
        Assert.Equal(dataset.Images, copy.Images);
        Assert.Equal(dataset.Categories, copy.Categories);
        Assert.Equal(dataset.Annotations.Count, copy.Annotations.Count);
        foreach ((CocoAnnotation a, CocoAnnotation b) in dataset.Annotations.Zip(copy.Annotations))
        {
            Assert.Equal(a with { Segmentation = null }, b with { Segmentation = null });
            Assert.Equal(a.Segmentation!.Polygons, b.Segmentation!.Polygons);
            Assert.Equal(a.Segmentation.Rle, b.Segmentation.Rle);
        }

        Assert.Equal([path], Directory.GetFiles(_folder));
    }
}
