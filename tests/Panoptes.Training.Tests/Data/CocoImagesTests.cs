using Panoptes.Coco.Files;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public class CocoImagesTests
{
    [Fact]
    public void Crowds_are_dropped_and_empty_images_kept_or_left_out()
    {
        BoxXywh box = new(1, 2, 10, 10);
        CocoSegmentation outline = CocoSegmentation.FromPolygons([[1, 2, 11, 2, 11, 12]]);
        InstanceDataset dataset = InstanceDataset.Create(
            [new CocoImage(7, "a.jpg", 20, 30), new CocoImage(8, "b.jpg", 20, 30), new CocoImage(9, "c.jpg", 20, 30)],
            [new CocoCategory(3, "x"), new CocoCategory(90, "y")],
            [
                new CocoAnnotation(1, 7, 90, box, 50, IsCrowd: false, outline),
                new CocoAnnotation(2, 7, 3, box, 50, IsCrowd: true, outline),
                new CocoAnnotation(3, 8, 3, box, 50, IsCrowd: true, outline),
            ]);
        ImageRecord only = Assert.Single(CocoImages.From(dataset, "folder", filterEmpty: true));
        Assert.Equal((7, Path.Combine("folder", "a.jpg"), 20, 30), (only.Id, only.Path, only.Width, only.Height));
        ObjectRecord item = Assert.Single(only.Objects);
        Assert.Equal((1, new Box(1, 2, 11, 12)), (item.ClassIndex, item.Box));
        Assert.Equal([7L, 8, 9], CocoImages.From(dataset, "folder", filterEmpty: false).Select(record => record.Id));
        Assert.Equal([7L, 8], CocoImages.From(dataset, "folder", filterEmpty: false, limit: 2).Select(record => record.Id));
    }

    [Fact]
    public void Genuine_COCO_images_load_with_every_mask_in_its_box()
    {
        string folder = SharedData.Require("coco");
        InstanceDataset dataset = InstanceDataset.Load(Path.Combine(folder, "annotations", "instances_val2017.json"));
        IReadOnlyList<ImageRecord> records = CocoImages.From(dataset, Path.Combine(folder, "val2017"), filterEmpty: true);
        using DataLoader loader = new(records, new LoaderOptions
        {
            Input = new InputConfig { ShortSide = [240, 320], LongSide = 533 },
            BatchSize = 4,
            Workers = 2,
        });
        int instances = 0;
        for (int i = 0; i < 26; i++)
        {
            using Batch batch = loader.Next(TestContext.Current.CancellationToken);
            instances += batch.InstanceCount;
            foreach (BatchImage image in batch.Images)
            {
                foreach (ObjectRecord item in image.Record.Objects)
                {
                    Box box = image.Transform.Apply(item.Box), bounds = item.MaskAt(image.Transform).Bounds;
                    Assert.True(
                        bounds.IsEmpty || Grow(box, 1.5).IntersectionArea(bounds) == bounds.Area,
                        $"{image.Record.Path}: {bounds} outside {box}");
                }
            }
        }
        Assert.True(instances > 300, $"{instances}");
    }

    private static Box Grow(Box box, double by) => new(box.X1 - by, box.Y1 - by, box.X2 + by, box.Y2 + by);
}
