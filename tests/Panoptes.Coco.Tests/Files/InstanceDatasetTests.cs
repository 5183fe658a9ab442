using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Files;

public sealed class InstanceDatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
