using System.Diagnostics;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public class InstanceMasksTests
{
    private const int Width = 90, Height = 70, PaddedWidth = 96, PaddedHeight = 96;

    [Fact]
    public void Every_pixel_of_the_padded_input_can_be_looked_up()
    {
        Rle[] masks = Masks(6);
        using Batch batch = Load(masks, new LoaderOptions());
        for (int k = 0; k < masks.Length; k++)
        {
            byte[] expected = Padded(masks[k]);
            for (int y = -5; y < PaddedHeight + 40; y++)
            {
                for (int x = -5; x < PaddedWidth + 40; x++)
                {
                    bool inside = x >= 0 && y >= 0 && x < PaddedWidth && y < PaddedHeight && expected[y * PaddedWidth + x] != 0;
                    Assert.Equal(inside, batch.Masks.Contains(k, x, y));
                }
            }
        }
    }

    [Theory]
    [InlineData(1, MaskTarget.Any)]
    [InlineData(2, MaskTarget.Any)]
    [InlineData(4, MaskTarget.Any)]
    [InlineData(8, MaskTarget.Any)]
    [InlineData(1, MaskTarget.Half)]
    [InlineData(2, MaskTarget.Half)]
    [InlineData(4, MaskTarget.Half)]
    [InlineData(8, MaskTarget.Half)]
    public void Targets_are_the_bilinear_reduction(int stride, MaskTarget rule)
    {
        Rle[] masks = Masks(12);
        using Batch batch = Load(masks, new LoaderOptions { MaskStride = stride, MaskTarget = rule, BoxExpand = 0 });
        for (int k = 0; k < masks.Length; k++)
            Assert.Equal(SlowReduction(Padded(masks[k]), stride, rule), Whole(batch, k, stride));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Targets_equal_those_of_PyTorch(int stride)
    {
        Rle[] masks = Masks(12);
        byte[] expected = ReduceByTorch([.. masks.SelectMany(Padded)], masks.Length, stride);
        using Batch batch = Load(masks, new LoaderOptions { MaskStride = stride, BoxExpand = 0 });
        Assert.Equal(expected, batch.Masks.Targets.ToArray());
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.2)]
    [InlineData(1.5)]
    public void A_crop_holds_the_points_in_the_expanded_box(double expand)
    {
        RandomStream random = new(6);
        for (int n = 0; n < 300; n++)
        {
            double x1 = random.NextDouble() * 90, y1 = random.NextDouble() * 90;
            Box box = new(x1, y1, x1 + random.NextDouble() * (96 - x1), y1 + random.NextDouble() * (96 - y1));
            MaskCrop crop = MaskCrop.Around(box, expand, 4, 24, 24);
            Assert.Equal(Inside(box.X1 / 4, box.X2 / 4), Enumerable.Range(crop.X, crop.Width));
            Assert.Equal(Inside(box.Y1 / 4, box.Y2 / 4), Enumerable.Range(crop.Y, crop.Height));
        }

        // EM1: x1' = x1 - pad*w - 1, x2' = x2 + pad*w + 1, in when x1' <= j < x2'; pad = (expand - 1) / 2.
        IEnumerable<int> Inside(double from, double to)
        {
            double pad = (expand - 1) / 2 * (to - from);
            return Enumerable.Range(0, 24).Where(j => j >= from - pad - 1 && j < to + pad + 1);
        }
    }

    [Fact]
    public void A_crop_shows_the_same_values_as_the_whole_target_and_zeros_outside()
    {
        Rle[] masks = Masks(8);
        using Batch whole = Load(masks, new LoaderOptions { BoxExpand = 0 });
        using Batch cropped = Load(masks, new LoaderOptions { BoxExpand = 1.2 });
        Assert.True(cropped.Masks.Targets.Length < whole.Masks.Targets.Length);
        for (int k = 0; k < masks.Length; k++)
        {
            // The box grown by 1.2 and by a point on each side holds all of the mask.
            Assert.Equal(Whole(whole, k, 4), Whole(cropped, k, 4));
            MaskCrop crop = cropped.Masks.Crops[k];
            byte[] copied = new byte[crop.Area];
            cropped.Masks.CopyTarget(k, crop.X, crop.Y, crop.Width, crop.Height, copied);
            Assert.Equal(cropped.Masks.Targets.Slice(crop.Offset, crop.Area).ToArray(), copied);
        }
    }

    [Fact]
    public void An_object_of_one_pixel_keeps_its_bit_and_its_place()
    {
        byte[] bytes = new byte[Width * Height];
        bytes[33 * Width + 61] = 1;
        using Batch batch = Load([Rle.FromMask(bytes, Height, Width)], new LoaderOptions());
        Assert.True(batch.Masks.Contains(0, 61, 33));
        Assert.False(batch.Masks.Contains(0, 62, 33));
        Assert.Equal([61f, 33, 62, 34], batch.Boxes.ToArray());
        // 33 = 4 * 8 + 1 and 61 = 4 * 15 + 1 are center pixels: the target keeps it.
        Assert.Equal(1, Whole(batch, 0, 4)[8 * 24 + 15]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    public void Half_keeps_the_mean_width_of_a_bar_and_loses_none(int width)
    {
        double sum = 0;
        for (int left = 20; left < 24; left++) // every position in a cell
        {
            byte[] bytes = new byte[Width * Height];
            for (int y = 8; y < 56; y++)
                bytes.AsSpan(y * Width + left, width).Fill(1);
            Rle bar = Rle.FromMask(bytes, Height, Width);
            using Batch batch = Load([bar], new LoaderOptions { MaskTarget = MaskTarget.Half, BoxExpand = 0 });
            int cells = Whole(batch, 0, 4).Count(value => value != 0);
            Assert.True(cells > 0, $"the bar at column {left} has no target");
            sum += 16.0 * cells / 48;
        }

        // Bars of less than a cell that would get no target get all that they touch, which is wider.
        double mean = sum / 4;
        Assert.True(width < 4 ? mean >= width : mean == width, $"mean width {mean} instead of {width}");
    }

    private static byte[] Whole(Batch batch, int instance, int stride)
    {
        byte[] target = new byte[PaddedWidth / stride * (PaddedHeight / stride)];
        batch.Masks.CopyTarget(instance, 0, 0, PaddedWidth / stride, PaddedHeight / stride, target);
        return target;
    }

    private static Batch Load(Rle[] masks, LoaderOptions options)
    {
        using ImageSet set = new();
        set.Add(Width, Height, [.. masks.Select(mask => new ObjectRecord { ClassIndex = 0, Box = mask.Bounds, Mask = mask })]);
        LoaderOptions plain = options with { Input = new InputConfig { ShortSide = [Height] }, Workers = 0 };
        using ValidationLoader loader = new(set.Records, plain);
        Batch batch = loader.Next(TestContext.Current.CancellationToken)!;
        Assert.Equal((PaddedWidth, PaddedHeight, masks.Length), (batch.Width, batch.Height, batch.InstanceCount));
        return batch;
    }

    /// <summary>Ellipses, and speckles so that every pattern of center pixels occurs.</summary>
    private static Rle[] Masks(int count)
    {
        RandomStream random = new(12);
        Rle[] masks = new Rle[count];
        for (int k = 0; k < count; k++)
        {
            masks[k] = ImageSet.RandomObject(Width, Height, ref random).MaskAt(new ImageTransform(Width, Height, Width, Height, false));
            if (k % 2 == 1)
                continue;
            byte[] bytes = new byte[Width * Height];
            masks[k].ToMask(bytes);
            foreach (ref byte value in bytes.AsSpan())
                value &= random.NextBool(0.5) ? (byte)1 : (byte)0;
            masks[k] = Rle.FromMask(bytes, Height, Width);
        }
        return masks;
    }

    private static byte[] Padded(Rle mask)
    {
        byte[] bytes = new byte[Width * Height], padded = new byte[PaddedWidth * PaddedHeight];
        mask.ToMask(bytes);
        for (int y = 0; y < Height; y++)
            bytes.AsSpan(y * Width, Width).CopyTo(padded.AsSpan(y * PaddedWidth));
        return padded;
    }

    /// <summary>Bilinear interpolation by its definition: source position (i + 0.5) * stride - 0.5, clamped neighbors.</summary>
    private static byte[] SlowReduction(byte[] padded, int stride, MaskTarget rule)
    {
        int width = PaddedWidth / stride, height = PaddedHeight / stride;
        byte[] result = new byte[width * height];
        for (int i = 0; i < height; i++)
        {
            for (int j = 0; j < width; j++)
            {
                double y = (i + 0.5) * stride - 0.5, x = (j + 0.5) * stride - 0.5, value = 0;
                byte last = 0; // the lower right neighbor decides where half of them are foreground
                for (int dy = 0; dy < 2; dy++)
                {
                    for (int dx = 0; dx < 2; dx++)
                    {
                        int row = Math.Min((int)Math.Floor(y) + dy, PaddedHeight - 1);
                        int column = Math.Min((int)Math.Floor(x) + dx, PaddedWidth - 1);
                        double weight = (1 - Math.Abs(y - Math.Floor(y) - dy)) * (1 - Math.Abs(x - Math.Floor(x) - dx));
                        value += weight * padded[row * PaddedWidth + column];
                        last = padded[row * PaddedWidth + column];
                    }
                }
                bool isForeground = rule == MaskTarget.Any ? value > 0 : value > 0.5 || (value == 0.5 && last != 0);
                result[i * width + j] = isForeground ? (byte)1 : (byte)0;
            }
        }
        return result;
    }

    private static byte[] ReduceByTorch(byte[] masks, int count, int stride)
    {
        const string script = """
            import sys, torch
            n, h, w, s = map(int, sys.argv[1:5])
            x = torch.frombuffer(bytearray(sys.stdin.buffer.read()), dtype=torch.uint8).reshape(n, 1, h, w).float()
            y = torch.nn.functional.interpolate(x, size=(h // s, w // s), mode="bilinear", align_corners=False) > 0
            sys.stdout.buffer.write(y.byte().numpy().tobytes())
            """;
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), "needs /usr/bin/python3 with PyTorch");
        ProcessStartInfo start = new(python, ["-c", script, $"{count}", $"{PaddedHeight}", $"{PaddedWidth}", $"{stride}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            process.StandardInput.BaseStream.Write(masks);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Python ended early; its message tells why.
        }
        using MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.SkipWhen(errors.Result.Contains("No module named", StringComparison.Ordinal), "needs /usr/bin/python3 with PyTorch");
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.ToArray();
    }
}
