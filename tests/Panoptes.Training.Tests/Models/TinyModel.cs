using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Tests.Data;

namespace Panoptes.Training.Tests.Models;

/// <summary>The smallest EmbedMask, and batches for it.</summary>
internal static class TinyModel
{
    public const int Classes = 5;

    private const string Yaml = """
        model:
          backbone: { type: resnet18, norm: group_norm, norm_groups: 2, base_width: 4, frozen_stages: 0 }
          fpn: { channels: 8 }
          head: { channels: 8, convs: 1, norm_groups: 2 }
          fcos: { level_boundaries: [16, 32, 48, 64] }
          embedmask: { embedding_dim: 4, mask_convs: 1 }
        """;

    public static PanoptesConfig Config(params string[] settings) => ConfigLoader.Parse(Yaml, "tiny", settings);

    public static EmbedMaskModel Create(PanoptesConfig config)
    {
        TorchRuntime.Seed(1);
        return (EmbedMaskModel)ModelFactory.Create(config, Classes);
    }

    public static Tensor Images(Batch batch) =>
        Tensor.From<float>(batch.Pixels.Span, [batch.Images.Count, 3, batch.Height, batch.Width]);

    /// <summary>A batch of images of 64x64 with these objects in them, not resized.</summary>
    public static Batch Batch(PanoptesConfig config, params ReadOnlySpan<ObjectRecord[]> images)
    {
        using ImageSet set = new();
        foreach (ObjectRecord[] objects in images)
        {
            set.Add(64, 64, objects);
        }

        LoaderOptions options = LoaderOptions.FromConfig(config) with
        {
            Input = config.Input with { ShortSide = [64] },
            BatchSize = images.Length,
            Workers = 0,
        };
        using ValidationLoader loader = new(set.Records, options);
        return loader.Next(TestContext.Current.CancellationToken)!;
    }

    /// <summary>Two images with ellipses in them.</summary>
    public static Batch Batch(PanoptesConfig config)
    {
        RandomStream random = new(21);
        ObjectRecord[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => ImageSet.RandomObject(64, 64, ref random))];
        return Batch(config, Some(4), Some(3));
    }

    /// <summary>A filled rectangle of pixels.</summary>
    public static ObjectRecord Rectangle(int x, int y, int width, int height, int classIndex = 0)
    {
        Box box = Box.FromXywh(x, y, width, height);
        return new ObjectRecord { ClassIndex = classIndex, Box = box, Mask = Rle.FromBox(box, 64, 64) };
    }

    /// <summary>The sum of the losses.</summary>
    public static Tensor Total(BatchLoss loss) => loss.Terms.Select(t => t.Value).Aggregate((a, b) => a + b);
}
