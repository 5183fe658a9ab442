using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.MEInst;

public class MaskPasterTests
{
    private const int Size = 28;
    private const float Threshold = 0.5f;

    /// <summary>As detectron2 pastes (layers/mask_ops.py): grid_sample at the pixels' centers, align_corners false, zeros outside.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 3)] // smooth masks, as codecs decode them
    public void Every_pixel_is_that_of_grid_sample(int seed, int smooth)
    {
        TorchOracle.SkipUnlessAvailable();
        const int height = 90;
        const int width = 120;
        Random random = new(seed);
        List<float> values = [];
        List<(float[] Mask, Box Box)> cases = [];
        for (int i = 0; i < 40; i++)
        {
            float[] mask = RandomMask(random, smooth);
            double x1 = random.NextDouble() * (width - 2);
            double y1 = random.NextDouble() * (height - 2);
            float x2 = (float)Math.Min(width, x1 + 0.5 + (random.NextDouble() * random.NextDouble() * width));
            float y2 = (float)Math.Min(height, y1 + 0.5 + (random.NextDouble() * random.NextDouble() * height));
            Box box = i == 0 ? new Box(0, 0, width, height) : new Box((float)x1, (float)y1, x2, y2);
            cases.Add((mask, box));
            values.AddRange([(float)box.X1, (float)box.Y1, (float)box.X2, (float)box.Y2, .. mask]);
        }

        double[] expected = TorchOracle.Run<double>($"""
            n, h, w = 40, {height}, {width}
            rows = values.reshape(n, -1).double()
            boxes, masks = rows[:, :4], rows[:, 4:].reshape(n, 1, {Size}, {Size})
            x = (torch.arange(w) + 0.5 - boxes[:, :1]) / (boxes[:, 2:3] - boxes[:, :1]) * 2 - 1
            y = (torch.arange(h) + 0.5 - boxes[:, 1:2]) / (boxes[:, 3:4] - boxes[:, 1:2]) * 2 - 1
            grid = torch.stack([x[:, None, :].expand(n, h, w), y[:, :, None].expand(n, h, w)], 3)
            result = F.grid_sample(masks, grid, align_corners=False).numpy()
            """, [.. values]);

        MaskPaster paster = new(Size, Threshold);
        byte[] pixels = new byte[height * width];
        int foreground = 0;
        for (int i = 0; i < cases.Count; i++)
        {
            paster.Paste(cases[i].Mask, cases[i].Box, height, width).ToMask(pixels);
            for (int p = 0; p < pixels.Length; p++)
            {
                double value = expected[(i * pixels.Length) + p];
                if (Math.Abs(value - Threshold) > 1e-5)
                {
                    Assert.True(pixels[p] == (value >= Threshold ? 1 : 0), $"mask {i}, pixel {p % width}, {p / width}: {value}");
                }
            }

            foreground += pixels.Count(p => p != 0);
        }

        Assert.InRange(foreground, 1000, 40 * height * width);
    }

    [Fact]
    public void A_full_mask_fills_the_pixels_whose_center_lies_in_its_box()
    {
        float[] full = [.. Enumerable.Repeat(1f, Size * Size)];
        Rle mask = new MaskPaster(Size, Threshold).Paste(full, new Box(2.4, 3.6, 7.4, 9.4), 20, 30);
        Assert.Equal(Rle.FromBox(new Box(2, 4, 7, 9), 20, 30), mask);
    }

    [Fact]
    public void Nothing_is_pasted_from_an_empty_mask_or_into_an_empty_box()
    {
        float[] full = [.. Enumerable.Repeat(1f, Size * Size)];
        MaskPaster paster = new(Size, Threshold);
        Assert.True(paster.Paste(new float[Size * Size], new Box(0, 0, 9, 9), 20, 30).IsEmpty);
        Assert.True(paster.Paste(full, new Box(5, 5, 5, 9), 20, 30).IsEmpty);
        Assert.True(paster.Paste(full, new Box(5.1, 5.1, 5.2, 5.2), 20, 30).IsEmpty);
    }

    private static float[] RandomMask(Random random, int smooth)
    {
        float[] mask = [.. Enumerable.Range(0, Size * Size).Select(_ => random.NextSingle() < 0.5 ? 0.02f : 0.98f)];
        for (int pass = 0; pass < smooth; pass++)
        {
            float[] source = (float[])mask.Clone();
            for (int i = 0; i < mask.Length; i++)
            {
                int left = i % Size == 0 ? i : i - 1;
                int above = i < Size ? i : i - Size;
                mask[i] = (source[i] + source[left] + source[above] + (0.3f * random.NextSingle())) / 3.15f;
            }
        }

        return mask;
    }
}
