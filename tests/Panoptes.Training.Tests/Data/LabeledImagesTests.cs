using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public sealed class LabeledImagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-labeled-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_saved_is_read_as_it_was_added()
    {
        Image image = new(40, 30);
        new Random(2).NextBytes(image.Pixels);
        Rle ring = Rle.FromBox(new Box(5, 5, 20, 20), 30, 40).Intersect(Rle.FromBox(new Box(9, 9, 12, 12), 30, 40).Complement());
        LabeledImages dataset = new(["nut", "bolt"]);
        dataset.Add(new Image(8, 8), []);
        dataset.Add(image, [new LabeledObject("bolt", ring)]);

        DatasetConfig files = dataset.Save(Path.Combine(_folder, "new", "data"));

        InstanceDataset read = InstanceDataset.Load(files.Annotations!);
        Assert.Equal(["nut", "bolt"], read.Categories.Select(c => c.Name));
        Assert.Equal([(8, 8), (40, 30)], read.Images.Select(i => (i.Width, i.Height)));
        CocoAnnotation bolt = Assert.Single(read.Annotations);
        Assert.Equal((2, ring, (double)ring.Area), (bolt.CategoryId, bolt.ToRle(30, 40), bolt.Area));
        Assert.Equal(image.Pixels.ToArray(), Image.Load(Path.Combine(files.Images!, read.Images[1].FileName)).Pixels.ToArray());
    }

    [Fact]
    public void What_cannot_be_learned_is_refused_when_it_is_added()
    {
        LabeledImages dataset = new(["nut"]);
        Image image = new(40, 30);
        Rle whole = Rle.FromBox(new Box(0, 0, 40, 30), image.Size);

        Assert.Contains("'screw'", Problem(new LabeledObject("screw", whole)), StringComparison.Ordinal);
        Assert.Contains("is empty", Problem(new LabeledObject("nut", Rle.Empty(image.Size))), StringComparison.Ordinal);
        Assert.Contains("is 30x40, the image 40x30", Problem(new LabeledObject("nut", Rle.FromBox(new Box(0, 0, 9, 9), 40, 30))), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LabeledImages([]));
        Assert.Throws<ArgumentException>(() => new LabeledImages(["nut", "nut"]));
        Assert.Throws<InvalidOperationException>(() => dataset.Save(_folder));

        string Problem(LabeledObject item) => Assert.Throws<ArgumentException>(() => dataset.Add(image, [item])).Message;
    }
}
