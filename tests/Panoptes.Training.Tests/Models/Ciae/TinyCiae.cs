using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Tests.Data;

namespace Panoptes.Training.Tests.Models.Ciae;

/// <summary>The smallest CIAE, and panoptic batches for it.</summary>
internal static class TinyCiae
{
    public const string Prefix = "model.ciae.";
    public const int Stuff = 3;

    private static readonly string[] s_settings =
    [
        "model.method=ciae", Prefix + "embedding_dim=6", Prefix + "channels=8", Prefix + "norm_groups=2",
        "model.semantic.channels=8", "model.semantic.norm_groups=2",
        "model.fcos.center_sampling_radius=0", "model.fcos.box_loss=iou", "model.detection.sqrt_score=true",
    ];

    public static PanoptesConfig Config(params string[] settings) => TinyModel.Config([.. s_settings, .. settings]);

    public static CiaeModel Create(PanoptesConfig config)
    {
        TorchRuntime.Seed(1);
        return (CiaeModel)ModelFactory.Create(config, TinyModel.Classes, stuffClasses: Stuff);
    }

    /// <summary>A model whose embeddings spread as a trained one's do.</summary>
    public static CiaeModel Wide(PanoptesConfig config)
    {
        CiaeModel model = Create(config);
        foreach ((string name, Tensor value) in model.Parameters().Where(p => p.Name.Contains("_embed_", StringComparison.Ordinal)))
        {
            Init.Normal(value, 0.5);
        }

        return model;
    }

    public static ModelCard Card(PanoptesConfig config) => ModelCards.Create(
        config, Names("thing", TinyModel.Classes), stuffClasses: Names("stuff", Stuff));

    /// <summary>Things that are rectangles, on three classes of stuff and some void; all of 64x64.</summary>
    public static IReadOnlyList<Batch> Batches(PanoptesConfig config, int batchSize, params Thing[][] images)
    {
        using ImageSet set = new();
        foreach (Thing[] things in images)
        {
            set.Add(64, 64, record => record with { Panoptic = Segments(set.Folder, things, labeled: true) });
        }

        return Load(config, batchSize, set);
    }

    /// <summary>Two images: of three things and of two.</summary>
    public static Batch Batch(PanoptesConfig config) => Batches(
        config,
        2,
        [new(0, 4, 4, 20, 30), new(3, 30, 10, 28, 12), new(3, 34, 30, 20, 20)],
        [new(1, 16, 12, 30, 34), new(2, 50, 2, 10, 40)])[0];

    /// <summary>An image of which no pixel has a label.</summary>
    public static Batch Void(PanoptesConfig config)
    {
        using ImageSet set = new();
        set.Add(64, 64, record => record with { Panoptic = Segments(set.Folder, [], labeled: false) });
        return Load(config, 1, set)[0];
    }

    /// <summary>Classes called <c>thing 0</c>, <c>thing 1</c>, ..., or <c>stuff 0</c>, ...</summary>
    public static ModelClass[] Names(string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ModelClass($"{name} {i}", name == "thing" ? 1 + i : 101 + i, name == "thing"))];

    private static List<Batch> Load(PanoptesConfig config, int batchSize, ImageSet set)
    {
        LoaderOptions options = LoaderOptions.FromConfig(config) with
        {
            Input = config.Input with { ShortSide = [64] },
            BatchSize = batchSize,
            Workers = 0,
        };
        using ValidationLoader loader = new(set.Records, options);
        List<Batch> batches = new();
        while (loader.Next(TestContext.Current.CancellationToken) is { } batch)
        {
            batches.Add(batch);
        }

        return batches;
    }

    private static PanopticRecord Segments(string folder, Thing[] things, bool labeled)
    {
        LabelMap map = new(64, 64);
        List<SegmentRecord> segments = new();
        for (int y = 0; labeled && y < 60; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                map.Row(y)[x] = y >= 48 ? 3 : 1 + (x / 40);
            }
        }

        for (int i = 0; i < things.Length; i++)
        {
            Thing thing = things[i];
            for (int y = thing.Y; y < thing.Y + thing.Height; y++)
            {
                map.Row(y).Slice(thing.X, thing.Width).Fill(10 + i);
            }
        }

        // A class of stuff that things cover is not in the file.
        HashSet<int> present = [.. Enumerable.Range(0, 64).SelectMany(y => map.Row(y).ToArray())];
        segments.AddRange(Enumerable.Range(1, Stuff).Where(present.Contains)
            .Select(id => new SegmentRecord(id, id - 1, IsThing: false, IsCrowd: false)));
        segments.AddRange(things.Select((t, i) => new SegmentRecord(10 + i, t.ClassIndex, IsThing: true, IsCrowd: false)));
        string path = Path.Combine(folder, $"labels{Directory.GetFiles(folder).Length}.png");
        map.SavePng(path);
        return new PanopticRecord(path, Stuff, segments);
    }

    public sealed record Thing(int ClassIndex, int X, int Y, int Width, int Height);
}
