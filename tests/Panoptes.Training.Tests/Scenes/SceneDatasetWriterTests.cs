using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Training.Scenes;

namespace Panoptes.Training.Tests.Scenes;

public sealed class SceneDatasetWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-scenes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Instance_and_panoptic_ground_truth_agree_pixel_by_pixel()
    {
        SceneDataset scenes = SceneDatasetWriter.Write(_folder, 12, 3, seed: 5);
        foreach (SceneSplit split in new[] { scenes.Train, scenes.Val })
        {
            InstanceDataset instances = InstanceDataset.Load(split.Annotations);
            Assert.Empty(instances.Warnings);
            using JsonDocument panoptic = JsonDocument.Parse(File.ReadAllBytes(split.Panoptic));
            HashSet<int> things = ReadThings(panoptic);
            Assert.Equal(things.Order().Select(id => (long)id), instances.Categories.Select(category => category.Id));
            int index = 0;
            foreach (JsonElement annotation in panoptic.RootElement.GetProperty("annotations").EnumerateArray())
            {
                int[] ids = ReadIds(Path.Combine(split.PanopticFolder, annotation.GetProperty("file_name").GetString()!), out Image png);
                CocoImage image = instances.Images[index];
                Assert.Equal(image.Id, annotation.GetProperty("image_id").GetInt64());
                Assert.Equal((png.Width, png.Height), (image.Width, image.Height));
                Assert.Equal(png.Size, Image.ReadSize(Path.Combine(split.Images, image.FileName)));
                CompareSegments(annotation, ids, instances.AnnotationsOf(index).ToArray(), things, image);
                index++;
            }
            Assert.Equal(instances.Images.Count, index);
        }
    }

    [Fact]
    public void A_complete_data_set_of_the_same_options_is_used_again()
    {
        SceneDataset scenes = SceneDatasetWriter.Write(_folder, 3, 1, seed: 5);
        string path = Path.Combine(scenes.Train.Images, "000001.jpg");
        byte[] bytes = File.ReadAllBytes(path);
        DateTime past = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, past);

        SceneDatasetWriter.Write(_folder, 3, 1, seed: 5);
        Assert.Equal(past, File.GetLastWriteTimeUtc(path));

        File.Delete(Path.Combine(scenes.Val.PanopticFolder, "000000.png"));
        SceneDatasetWriter.Write(_folder, 3, 1, seed: 5);
        Assert.NotEqual(past, File.GetLastWriteTimeUtc(path));
        Assert.Equal(bytes, File.ReadAllBytes(path));

        SceneDatasetWriter.Write(_folder, 3, 1, seed: 6);
        Assert.NotEqual(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void Scenes_to_evaluate_on_do_not_depend_on_the_number_to_train_on_and_differ_from_them()
    {
        SceneDataset few = SceneDatasetWriter.Write(Path.Combine(_folder, "few"), 1, 2, seed: 5);
        SceneDataset more = SceneDatasetWriter.Write(Path.Combine(_folder, "more"), 2, 2, seed: 5);
        Assert.Equal(File.ReadAllBytes(few.Val.Annotations), File.ReadAllBytes(more.Val.Annotations));
        Assert.NotEqual(
            File.ReadAllBytes(Path.Combine(more.Val.Images, "000000.jpg")),
            File.ReadAllBytes(Path.Combine(more.Train.Images, "000000.jpg")));
    }

    [Fact]
    public void An_interrupted_data_set_is_not_taken_for_a_complete_one()
    {
        using CancellationTokenSource stop = new();
        Stopper progress = new(stop);
        Assert.ThrowsAny<OperationCanceledException>(
            () => SceneDatasetWriter.Write(_folder, 40, 1, new SceneOptions { Seed = 5 }, progress, stop.Token));
        SceneDataset scenes = SceneDatasetWriter.Write(_folder, 4, 1, seed: 5);
        Assert.Equal(4, InstanceDataset.Load(scenes.Train.Annotations).Images.Count);
    }

    private static void CompareSegments(
        JsonElement annotation, int[] ids, CocoAnnotation[] objects, HashSet<int> things, CocoImage image)
    {
        List<CocoAnnotation> left = new(objects);
        int total = 0;
        foreach (JsonElement segment in annotation.GetProperty("segments_info").EnumerateArray())
        {
            int id = segment.GetProperty("id").GetInt32();
            int category = segment.GetProperty("category_id").GetInt32();
            byte[] mask = [.. ids.Select(value => value == id ? (byte)1 : (byte)0)];
            Rle rle = Rle.FromMask(mask, image.Height, image.Width);
            total += (int)rle.Area;
            Assert.Equal(rle.Area, segment.GetProperty("area").GetInt64());
            double[] box = [.. segment.GetProperty("bbox").EnumerateArray().Select(v => v.GetDouble())];
            Assert.Equal(rle.Bounds, Box.FromXywh(box[0], box[1], box[2], box[3]));
            Assert.Equal(0, segment.GetProperty("iscrowd").GetInt32());
            if (!things.Contains(category))
                continue;
            CocoAnnotation match = Assert.Single(left, item => item.ToRle(image.Height, image.Width).Equals(rle));
            Assert.Equal((category, (double)rle.Area, rle.Bounds), (match.CategoryId, match.Area, match.Box));
            left.Remove(match);
        }
        Assert.Empty(left);
        Assert.Equal(ids.Length, total);
    }

    private static HashSet<int> ReadThings(JsonDocument panoptic) =>
    [
        .. panoptic.RootElement.GetProperty("categories").EnumerateArray()
            .Where(category => category.GetProperty("isthing").GetInt32() == 1)
            .Select(category => category.GetProperty("id").GetInt32()),
    ];

    private static int[] ReadIds(string path, out Image png)
    {
        png = Image.Load(path);
        byte[] pixels = png.Pixels.ToArray();
        return [.. Enumerable.Range(0, pixels.Length / 3).Select(i => pixels[3 * i] + 256 * pixels[3 * i + 1] + 65536 * pixels[3 * i + 2])];
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<int>
    {
        public void Report(int value)
        {
            if (value == 5)
                stop.Cancel();
        }
    }
}
