using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

/// <summary>Random changes of training images: what comes out is the same on any thread, and objects stay with their pixels.</summary>
public sealed class AugmentedSourceTests : IDisposable
{
    private const int Classes = 5;

    private static readonly InputConfig s_plain = new() { ShortSide = [64], LongSide = 100, Mean = [0, 0, 0], Std = [1, 1, 1] };

    private readonly ImageSet _set = ImageSet.Create(14);

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    private static readonly Dictionary<string, InputConfig> s_changes = new()
    {
        ["scale"] = s_plain with { ScaleJitter = [0.4, 2] },
        ["color"] = s_plain with { ColorJitter = new() { Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0.1 } },
        ["copy"] = s_plain with { CopyPaste = 0.8 },
        ["mosaic"] = s_plain with { Mosaic = 0.7 },
        ["all"] = s_plain with
        {
            ShortSide = [48, 80],
            ScaleJitter = [0.5, 1.5],
            ColorJitter = new() { Saturation = 0.3 },
            CopyPaste = 0.5,
            Mosaic = 0.5,
        },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _set.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public void They_depend_on_seed_and_position_alone(string changes)
    {
        LoaderOptions options = ImageSet.Options(64, batchSize: 3) with { Input = s_changes[changes] };
        string[] expected = Hashes(_set, options, 20, out LoaderPosition position);
        Assert.Equal(expected, Hashes(_set, options with { Workers = 3 }, 20, out _));
        Assert.Equal(expected, Hashes(_set, options with { CacheBytes = 0 }, 20, out _));
        Assert.NotEqual(expected, Hashes(_set, options with { Seed = 4 }, 20, out _));
        Assert.NotEqual(expected, Hashes(_set, options with { Input = s_plain }, 20, out _));

        using DataLoader resumed = new(_set.Records, options, position with { Batches = 13 });
        Assert.Equal(expected[13..], Take(resumed, 7));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Objects_stay_with_their_pixels(string changes)
    {
        using ImageSet set = Painted();
        LoaderOptions options = ImageSet.Options(64, batchSize: 3) with { Input = s_changes[changes] with { ColorJitter = new() } };
        using DataLoader loader = new(set.Records, options);
        int seen = 0, right = 0, instances = 0;
        for (int i = 0; i < 40; i++)
        {
            using Batch batch = loader.Next(Cancel);
            foreach ((int image, BatchImage entry) in batch.Images.Index())
            {
                for (int k = entry.FirstInstance; k < entry.FirstInstance + entry.InstanceCount; k++)
                {
                    Box box = batch.ListBoxes()[k];
                    Assert.True(box.X1 >= 0 && box.Y1 >= 0 && box.X2 <= entry.Transform.Width && box.Y2 <= entry.Transform.Height);
                    Box around = new(1e9, 1e9, 0, 0);
                    for (int y = 0; y < batch.Height; y++)
                    {
                        for (int x = 0; x < batch.Width; x++)
                        {
                            if (!batch.Masks.Contains(k, x, y))
                                continue;
                            (double left, double top) = (Math.Min(x, around.X1), Math.Min(y, around.Y1));
                            around = new(left, top, Math.Max(x + 1, around.X2), Math.Max(y + 1, around.Y2));
                            seen++;
                            right += ClassAt(batch, image, x, y) == batch.Classes.Span[k] ? 1 : 0;
                        }
                    }

                    // Drawn outlines end up to a pixel from their corners.
                    double apart = new[] { box.X1 - around.X1, box.Y1 - around.Y1, box.X2 - around.X2, box.Y2 - around.Y2 }.Max(Math.Abs);
                    Assert.InRange(apart, 0, 1.51);
                    instances++;
                }
            }
        }

        // Edges are mixed with what lies behind them.
        Assert.InRange(instances, 60, 1000);
        Assert.InRange((double)right / seen, 0.9, 1);
    }

    [Fact]
    public void A_mosaic_holds_objects_of_four_images_and_pasting_adds_some()
    {
        using ImageSet set = Painted();
        double Mean(InputConfig input)
        {
            using DataLoader loader = new(set.Records, ImageSet.Options(64, batchSize: 4) with { Input = input });
            int count = 0;
            for (int i = 0; i < 60; i++)
            {
                using Batch batch = loader.Next(Cancel);
                count += batch.InstanceCount;
            }

            return count / 240.0;
        }

        double plain = Mean(s_plain);
        Assert.InRange(Mean(s_plain with { Mosaic = 1 }) / plain, 2, 4);
        Assert.InRange(Mean(s_plain with { CopyPaste = 1 }) / plain, 1.15, 1.6);
        Assert.Equal(plain, Mean(s_plain with { ScaleJitter = [2, 2] }), 0.02 * plain); // a window of a quarter holds the image's object
        Assert.Equal(plain, Mean(s_plain with { ScaleJitter = [0.5, 0.5] }), 0.02 * plain);
    }

    [Fact]
    public void Panoptic_networks_refuse_what_puts_objects_together()
    {
        foreach (string key in new[] { "copy_paste", "mosaic" })
        {
            InputException error = Assert.Throws<InputException>(
                () => ConfigLoader.Parse("", "test", ["model.semantic.enabled=true", $"input.{key}=0.5"]));
            Assert.Contains($"input.{key}: 0.5 combines objects", error.Message, StringComparison.Ordinal);
        }

        InputException range = Assert.Throws<InputException>(() => ConfigLoader.Parse("", "test", ["input.scale_jitter=[2, 0.5]"]));
        Assert.Contains("input.scale_jitter: [2, 0.5] is not a range", range.Message, StringComparison.Ordinal);
    }

    private static int ClassAt(Batch batch, int image, int x, int y)
    {
        int plane = batch.Height * batch.Width, at = (image * 3 * plane) + (y * batch.Width) + x;
        float red = batch.Pixels.Span[at], green = batch.Pixels.Span[at + plane];
        return red <= green ? -1 : (int)Math.Round((red / Math.Max(green, 1)) - 2);
    }

    // Objects whose red is 2, 3, ... times their green by class, on blue; the ratio survives a change of brightness.
    private static ImageSet Painted()
    {
        ImageSet set = new();
        RandomStream random = new(6);
        for (int i = 0; i < 10; i++)
        {
            int width = random.NextInt(60, 110), height = random.NextInt(60, 110);
            ObjectRecord item = ImageSet.RandomObject(width, height, ref random);
            ImageRecord record = set.Add(width, height, i % 5 == 4 ? [] : [item]);
            Image image = new(width, height);
            Rle mask = record.Objects.Count == 0
                ? Rle.Empty(height, width)
                : item.MaskAt(new ImageTransform(width, height, width, height, false));
            for (int at = 0; at < image.Pixels.Length; at += 3)
                image.Pixels[at + 2] = 200;
            foreach (ColumnRun run in mask.EnumerateColumnRuns())
            {
                for (int y = run.Top; y < run.Bottom; y++)
                    ((ReadOnlySpan<byte>)[(byte)(36 * (item.ClassIndex + 2)), 36, 0]).CopyTo(image.Row(y)[(3 * run.X)..]);
            }

            image.SavePng(record.Path);
        }

        return set;
    }

    private static string[] Hashes(ImageSet set, LoaderOptions options, int count, out LoaderPosition position)
    {
        using DataLoader loader = new(set.Records, options);
        string[] hashes = Take(loader, count);
        position = loader.Position;
        return hashes;
    }

    private static string[] Take(DataLoader loader, int count)
    {
        string[] hashes = new string[count];
        for (int i = 0; i < count; i++)
        {
            using Batch batch = loader.Next(Cancel);
            hashes[i] = BatchHash.Of(batch);
        }

        return hashes;
    }
}
