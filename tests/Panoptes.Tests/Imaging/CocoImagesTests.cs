using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

public sealed class CocoImagesTests(Pillow pillow) : IClassFixture<Pillow>
{
    [Theory]
    [InlineData("coco/val2017", 12)]
    [InlineData("coco/train2017", 16)]
    [InlineData("pennfudan", 2)]
    [InlineData("dsb2018_256", 2)]
    public void Real_images_decode_to_the_pixels_that_Pillow_gives(string folder, int count)
    {
        pillow.SkipUnlessAvailable();
        foreach (string path in Sample(folder, count))
        {
            byte[] file = File.ReadAllBytes(path);
            Image image = Image.Load(path);
            Assert.Equal(image.Size, Image.ReadSize(path));
            Assert.True(image.Pixels.SequenceEqual(pillow.Decode(file)), path);
        }
    }

    [Theory]
    [InlineData(800, 600)]
    [InlineData(213, 160)]
    [InlineData(97, 531)]
    [InlineData(1, 1)]
    public void Real_images_resize_to_the_pixels_that_Pillow_gives(int width, int height)
    {
        pillow.SkipUnlessAvailable();
        foreach (string path in Sample("coco/val2017", 3))
        {
            byte[] expected = pillow.Run(
                $"result = rgb(opened(data).convert('RGB').resize(({width}, {height}), Image.BILINEAR))", File.ReadAllBytes(path));
            Assert.True(Image.Load(path).Resize(width, height).Pixels.SequenceEqual(expected), path);
        }
    }

    private static IEnumerable<string> Sample(string folder, int count)
    {
        string[] files = [.. Directory.EnumerateFiles(SharedData.Require(folder), "*.*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".jpg" or ".png" && !f.Contains("Masks", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        int step = Math.Max(files.Length / count, 1);
        return files.Where((_, i) => i % step == 0).Take(count);
    }
}
