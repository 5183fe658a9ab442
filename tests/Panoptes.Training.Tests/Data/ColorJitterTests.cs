using Panoptes.Imaging;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public class ColorJitterTests
{
    private const int Side = 48;

    [Theory]
    [InlineData("brightness", 0.4, 1.7)]
    [InlineData("contrast", 0.3, 1.6)]
    [InlineData("saturation", 0.0, 1.9)]
    [InlineData("hue", -0.37, 0.21)]
    public void Changes_are_those_of_torchvision(string change, double first, double second)
    {
        foreach (double amount in new[] { first, second })
        {
            Image image = Colors();
            double[] planes = [.. Enumerable.Range(0, image.Pixels.Length).Select(i =>
                (double)image.Pixels[(3 * (i % (Side * Side))) + (i / (Side * Side))])];
            IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
                $"""
                from torchvision.transforms import functional as F
                image = x.reshape(3, {Side}, {Side}).to(torch.uint8)
                out['y'] = F.adjust_{change}(image, amount.item()).to(torch.float64)
                """,
                ("x", OracleArray.From<double>(planes, [planes.Length])), ("amount", amount));
            Apply(change, image, (float)amount);

            double[] found = expected["y"].ToArray<double>();
            int[] apart = [.. Enumerable.Range(0, found.Length).Select(i =>
                Math.Abs((int)found[i] - image.Pixels[(3 * (i % (Side * Side))) + (i / (Side * Side))]))];
            Assert.InRange(apart.Max(), 0, 1); // where a product falls on a whole number

            // Versions before 0.15 turn floats of a hue to bytes by 255 and not by almost 256: half of what has no exact value is 1 less.
            Assert.InRange(apart.Sum(), 0, apart.Length / (change == "hue" ? 3 : 100));
        }
    }

    [Fact]
    public void Nothing_changes_at_the_neutral_amounts()
    {
        foreach ((string change, float amount) in new[] { ("brightness", 1f), ("contrast", 1f), ("saturation", 1f), ("hue", 0f) })
        {
            Image image = Colors(), changed = image.Clone();
            Apply(change, changed, amount);
            Assert.InRange(image.Pixels.ToArray().Zip(changed.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Max(), 0, 1);
        }
    }

    [Fact]
    public void The_image_itself_stays_and_amounts_lie_within_their_bounds()
    {
        Image image = Colors();
        byte[] before = image.Pixels.ToArray();
        ColorJitter jitter = new(new ColorJitterConfig { Brightness = 0.2 });
        Assert.True(jitter.IsOn);
        Assert.False(new ColorJitter(new ColorJitterConfig()).IsOn);
        List<double> factors = [];
        for (ulong i = 0; i < 200; i++)
        {
            RandomStream random = new(7, i);
            Image changed = jitter.Apply(image, ref random);
            factors.Add(changed.Pixels[3] / (double)image.Pixels[3]);
        }

        Assert.Equal(before, image.Pixels.ToArray());
        Assert.InRange(factors.Min(), 0.79, 0.82);
        Assert.InRange(factors.Max(), 1.18, 1.21);
        Assert.InRange(factors.Average(), 0.97, 1.03);
    }

    private static void Apply(string change, Image image, float amount)
    {
        switch (change)
        {
            case "brightness": ColorChange.Brightness(image, amount); break;
            case "contrast": ColorChange.Contrast(image, amount); break;
            case "saturation": ColorChange.Saturation(image, amount); break;
            default: ColorChange.Hue(image, amount); break;
        }
    }

    // Random colors, grays, and the corners of the color cube.
    private static Image Colors()
    {
        Image image = new(Side, Side);
        RandomStream random = new(3);
        for (int i = 0; i < image.Pixels.Length; i += 3)
        {
            int kind = i / 3 % 8;
            byte gray = (byte)random.NextInt(256);
            for (int c = 0; c < 3; c++)
                image.Pixels[i + c] = kind == 0 ? gray : kind == 2 ? (byte)(random.NextBool() ? 255 : 0) : (byte)random.NextInt(256);
        }

        image.Pixels[3] = 160;
        return image;
    }
}
