using System.Text.Json;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public sealed class DataLoaderTests : IDisposable
{
    private static readonly JsonSerializerOptions s_snakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly ImageSet _set = ImageSet.Create(14);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _set.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Batches_do_not_depend_on_the_number_of_threads(int workers)
    {
        LoaderOptions options = ImageSet.Options(64, batchSize: 3) with
        {
            Input = new InputConfig { ShortSide = [48, 64, 80], LongSide = 120 },
        };
        Assert.Equal(Hashes(options, 25), Hashes(options with { Workers = workers }, 25));
    }

    [Fact]
    public void Batches_do_not_depend_on_the_cache()
    {
        foreach (int[] sides in new int[][] { [64], [48, 64] })
        {
            LoaderOptions options = ImageSet.Options(64, batchSize: 3) with { Input = new InputConfig { ShortSide = [.. sides] } };
            Assert.Equal(Hashes(options with { CacheBytes = 0 }, 15), Hashes(options, 15));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_resumed_stream_goes_on_bit_for_bit(int workers)
    {
        LoaderOptions options = ImageSet.Options(64, batchSize: 3, workers: workers);
        string[] whole = Hashes(options, 24);
        LoaderPosition position;
        using (DataLoader first = new(_set.Records, options))
        {
            Take(first, 11);
            position = first.Position;
        }
        using DataLoader second = new(_set.Records, options, position);
        Assert.Equal(whole[11..], Take(second, 13));
        Assert.Equal(24, second.Position.Batches);
    }

    [Fact]
    public void Every_epoch_shows_every_image_once_in_another_order()
    {
        LoaderOptions options = ImageSet.Options(64, batchSize: 7) with { AspectGrouping = false };
        using DataLoader loader = new(_set.Records, options);
        List<long[]> epochs = new();
        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<long> ids = new();
            for (int i = 0; i < 2; i++)
            {
                using Batch batch = loader.Next(Cancel);
                ids.AddRange(batch.Images.Select(image => image.Record.Id));
                Assert.Equal(epoch + (i + 1) / 2.0, batch.Epoch);
            }
            Assert.Equal(_set.Records.Select(record => record.Id), ids.Order());
            epochs.Add([.. ids]);
        }
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[1], epochs[2]);
    }

    [Fact]
    public void Wide_and_tall_images_come_in_different_batches_and_none_is_lost()
    {
        using DataLoader loader = new(_set.Records, ImageSet.Options(64, batchSize: 2));
        Dictionary<long, int> seen = new();
        for (int i = 0; i < 70; i++)
        {
            using Batch batch = loader.Next(Cancel);
            Assert.Single(batch.Images.Select(image => image.Record.IsWide).Distinct());
            foreach (BatchImage image in batch.Images)
                seen[image.Record.Id] = seen.GetValueOrDefault(image.Record.Id) + 1;
        }
        // 140 images are ten times through the dataset; one may still be waiting for its companion.
        Assert.Equal(14, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, 9, 11));
    }

    [Fact]
    public void Augmentation_changes_from_epoch_to_epoch()
    {
        LoaderOptions options = ImageSet.Options(64, batchSize: 14) with { AspectGrouping = false };
        using DataLoader loader = new(_set.Records, options);
        HashSet<(long, bool)> mirrored = new();
        for (int i = 0; i < 12; i++)
        {
            using Batch batch = loader.Next(Cancel);
            foreach (BatchImage image in batch.Images)
                mirrored.Add((image.Record.Id, image.Transform.Mirror));
        }
        Assert.Equal(28, mirrored.Count);
    }

    [Fact]
    public void Pixels_are_normalized_and_padded_with_zeros()
    {
        LoaderOptions options = ImageSet.Options(40, batchSize: 4) with
        {
            AspectGrouping = false,
            Input = new InputConfig
            {
                ShortSide = [40],
                LongSide = 80,
                ChannelOrder = ChannelOrder.Bgr,
                Mean = [10, 20, 30],
                Std = [2, 4, 5],
            },
        };
        using DataLoader loader = new(_set.Records, options);
        using Batch batch = loader.Next(Cancel);
        Assert.Equal((0, 0), (batch.Width % 32, batch.Height % 32));
        float[] mean = [10, 20, 30], std = [2, 4, 5];
        ReadOnlySpan<float> pixels = batch.Pixels.Span;
        for (int n = 0; n < batch.Images.Count; n++)
        {
            BatchImage entry = batch.Images[n];
            Image image = entry.Transform.Apply(Image.Load(entry.Record.Path));
            for (int c = 0; c < 3; c++)
            {
                for (int y = 0; y < batch.Height; y++)
                {
                    for (int x = 0; x < batch.Width; x++)
                    {
                        bool inside = x < image.Width && y < image.Height;
                        float expected = inside ? (image.Row(y)[3 * x + 2 - c] - mean[c]) / std[c] : 0;
                        Assert.Equal(expected, pixels[((n * 3 + c) * batch.Height + y) * batch.Width + x]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Instances_follow_their_image_mirrored_or_not()
    {
        using DataLoader loader = new(_set.Records, ImageSet.Options(70, batchSize: 3));
        int mirrored = 0;
        for (int i = 0; i < 20; i++)
        {
            using Batch batch = loader.Next(Cancel);
            int next = 0;
            foreach (BatchImage image in batch.Images)
            {
                Assert.Equal(next, image.FirstInstance);
                Assert.Equal(image.Record.Objects.Count, image.InstanceCount);
                mirrored += image.Transform.Mirror ? 1 : 0;
                for (int k = 0; k < image.InstanceCount; k++, next++)
                {
                    ObjectRecord item = image.Record.Objects[k];
                    Box box = image.Transform.Apply(item.Box);
                    float[] corners = [(float)box.X1, (float)box.Y1, (float)box.X2, (float)box.Y2];
                    Assert.Equal(corners, batch.Boxes.Span.Slice(4 * next, 4).ToArray());
                    Assert.Equal(item.ClassIndex, batch.Classes.Span[next]);
                    // The middle of an ellipse is in its mask, wherever it was moved to.
                    Assert.True(batch.Masks.Contains(next, (int)((box.X1 + box.X2) / 2), (int)((box.Y1 + box.Y2) / 2)));
                }
            }
            Assert.Equal(next, batch.InstanceCount);
        }
        Assert.InRange(mirrored, 15, 45);
    }

    [Fact]
    public void Objects_that_vanish_are_dropped()
    {
        using ImageSet set = new();
        ObjectRecord outside = new() { ClassIndex = 1, Box = new Box(70, 5, 80, 9), Polygons = [[70.0, 5, 80, 5, 80, 9]] };
        ObjectRecord flat = new() { ClassIndex = 2, Box = new Box(5, 5, 9, 5), Polygons = [[5.0, 5, 9, 5, 9, 5]] };
        ObjectRecord kept = new() { ClassIndex = 3, Box = new Box(5, 5, 90, 30), Polygons = [[5.0, 5, 90, 5, 90, 30]] };
        set.Add(64, 64, outside, flat, kept);
        using DataLoader loader = new(set.Records, ImageSet.Options(64, batchSize: 1, flip: 0));
        using Batch batch = loader.Next(Cancel);
        Assert.Equal([3L], batch.Classes.ToArray());
        Assert.Equal([5f, 5, 64, 30], batch.Boxes.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_damaged_image_is_named(int workers)
    {
        ImageRecord damaged = _set.Records[5];
        byte[] bytes = File.ReadAllBytes(damaged.Path);
        File.WriteAllBytes(damaged.Path, bytes[..(bytes.Length / 2)]);
        using DataLoader loader = new(_set.Records, ImageSet.Options(64, workers: workers));
        InputException error = Assert.Throws<InputException>(() => Take(loader, 14));
        Assert.Contains(damaged.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_position_that_the_first_version_wrote_is_read() => Assert.Equal(
        new LoaderPosition(3, 7, 2, 40, true),
        JsonSerializer.Deserialize<LoaderPosition>(
            """{"batches":3,"seed":7,"batch_size":2,"pictures":40,"aspect_grouping":true}""", s_snakeCase));

    [Fact]
    public void A_run_can_go_on_at_the_damaged_image_once_it_is_repaired()
    {
        LoaderOptions options = ImageSet.Options(64, workers: 2);
        string[] whole = Hashes(options, 14);
        string path = _set.Records[5].Path;
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        LoaderPosition position;
        using (DataLoader loader = new(_set.Records, options))
        {
            Assert.Throws<InputException>(() => Take(loader, 14));
            position = loader.Position;
        }
        File.WriteAllBytes(path, bytes);
        using DataLoader repaired = new(_set.Records, options, position);
        Assert.Equal(whole[(int)position.Batches..], Take(repaired, 14 - (int)position.Batches));
    }

    [Fact]
    public void An_image_of_another_size_than_stated_is_named_with_both_sizes()
    {
        ImageRecord record = _set.Records[0];
        ImageRecord[] wrong = [record with { Width = record.Height + 7, Height = record.Width }];
        using DataLoader loader = new(wrong, ImageSet.Options(64));
        InputException error = Assert.Throws<InputException>(() => loader.Next(Cancel));
        Assert.Contains(record.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains($"{record.Height + 7}x{record.Width}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{record.Width}x{record.Height}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_images_are_told_before_the_first_batch()
    {
        File.Delete(_set.Records[3].Path);
        File.Delete(_set.Records[9].Path);
        InputException error = Assert.Throws<InputException>(() => new DataLoader(_set.Records, ImageSet.Options(64)));
        Assert.Contains(_set.Records[3].Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("1 other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_data_set_is_refused() =>
        Assert.Throws<InputException>(() => new DataLoader([], ImageSet.Options(64)));

    [Fact]
    public void A_position_of_another_stream_is_refused_by_name()
    {
        LoaderOptions options = ImageSet.Options(64, batchSize: 2);
        LoaderPosition position;
        using (DataLoader loader = new(_set.Records, options))
        {
            Take(loader, 2);
            position = loader.Position;
        }
        InputException error = Assert.Throws<InputException>(() => new DataLoader(_set.Records, options with { BatchSize = 4 }, position));
        Assert.Contains("batch size was 2, now it is 4", error.Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => new DataLoader(_set.Records, options with { Seed = 99 }, position));
    }

    [Fact]
    public void Waiting_ends_when_cancelled_and_the_stream_goes_on()
    {
        LoaderOptions options = ImageSet.Options(64, workers: 1);
        using DataLoader loader = new(_set.Records, options);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => loader.Next(stop.Token));
        Assert.Equal(Hashes(options, 3), Take(loader, 3));
    }

    [Fact]
    public void A_data_set_smaller_than_a_batch_trains()
    {
        using DataLoader loader = new([.. _set.Records.Take(2)], ImageSet.Options(64, batchSize: 5));
        using Batch batch = loader.Next(Cancel);
        Assert.Equal(5, batch.Images.Count);
    }

    [Fact]
    public void Images_without_objects_make_a_batch_without_instances()
    {
        using ImageSet set = new();
        set.Add(40, 50);
        using DataLoader loader = new(set.Records, ImageSet.Options(64, batchSize: 2));
        using Batch batch = loader.Next(Cancel);
        Assert.Equal((2, 0, 0), (batch.Images.Count, batch.InstanceCount, batch.Masks.Targets.Length));
    }

    [Fact]
    public void Validation_shows_every_image_once_in_order()
    {
        using ValidationLoader loader = new(_set.Records, ImageSet.Options(64, batchSize: 4, workers: 2));
        List<long> ids = new();
        List<int> sizes = new();
        while (loader.Next(Cancel) is { } batch)
        {
            Assert.All(batch.Images, image => Assert.False(image.Transform.Mirror));
            ids.AddRange(batch.Images.Select(image => image.Record.Id));
            sizes.Add(batch.Images.Count);
            batch.Dispose();
        }
        Assert.Equal(_set.Records.Select(record => record.Id), ids);
        Assert.Equal([4, 4, 4, 2], sizes);
        Assert.Null(loader.Next(Cancel));
    }

    [Fact]
    public void Options_come_from_the_configuration()
    {
        PanoptesConfig config = new()
        {
            Seed = 9,
            Schedule = new ScheduleConfig { BatchSize = 3 },
            Data = new DataConfig { Workers = 5, Prefetch = 7 },
        };
        LoaderOptions options = LoaderOptions.FromConfig(config);
        Assert.Equal((9ul, 3, 5, 7), (options.Seed, options.BatchSize, options.Workers, options.Prefetch));
        Assert.Equal((4, 1.2, MaskTarget.Any), (options.MaskStride, options.BoxExpand, options.MaskTarget));
    }

    private string[] Hashes(LoaderOptions options, int count)
    {
        using DataLoader loader = new(_set.Records, options);
        return Take(loader, count);
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
