using System.Globalization;
using System.Text;
using Panoptes.Coco.Codecs;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Tests.Models.MEInst;

/// <summary>The smallest MEInst, with a codec fitted to ellipses.</summary>
internal static class TinyMEInst
{
    public const string Prefix = "model.meinst.";

    private static readonly string[] s_settings =
        ["model.method=meinst", Prefix + "size=8", Prefix + "dimension=6", Prefix + "mask_convs=1", "model.detection.sqrt_score=true"];

    public static PanoptesConfig Config(params string[] settings) => TinyModel.Config([.. s_settings, .. settings]);

    public static MEInstModel Create(PanoptesConfig config)
    {
        TorchRuntime.Seed(1);
        return (MEInstModel)ModelFactory.Create(config, TinyModel.Classes, Options(config));
    }

    public static ModelCard Card(PanoptesConfig config) => ModelCards.Create(
        config, [.. Enumerable.Range(1, TinyModel.Classes).Select(i => new ModelClass($"class {i}", i))], Options(config));

    /// <summary>What the network needs besides its configuration.</summary>
    public static MEInstOptions Options(PanoptesConfig config) => new() { Codec = Codec(config) };

    public static MaskCodec? Codec(PanoptesConfig config)
    {
        MEInstConfig model = config.Model.MEInst;
        return model.Encoding == MaskEncoding.None ? null : Fit(new MaskCodecOptions
        {
            Size = model.Size,
            Dimension = model.Dimension,
            Space = model.Space,
            Smoothing = model.Smoothing,
            Whiten = model.Whiten,
            ByClass = model.ByClass,
        });
    }

    /// <summary>A codec fitted to ellipses and halves of them.</summary>
    public static PcaCodec Fit(MaskCodecOptions options) => PcaFit.Fit(Masks(options.Size), options);

    /// <summary>An auto-encoder of the same masks, hardly trained.</summary>
    public static AutoencoderCodec FitAutoencoder(int size = 8, int dimension = 6) => AutoencoderFit.Fit(
        Masks(size), new AutoencoderOptions { Dimension = dimension, Hidden = 10, Steps = 20, BatchSize = 32, LearningRate = 1e-2 });

    /// <summary>Ellipses and halves of them.</summary>
    public static MaskSet Masks(int size)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("panoptes-codec-").FullName, "instances.json");
        try
        {
            File.WriteAllText(path, Ellipses());
            return MaskSet.Load(path, size);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static string Ellipses()
    {
        RandomStream random = new(11);
        StringBuilder annotations = new();
        for (int k = 0; k < 120; k++)
        {
            (double x, double y, double start) = (random.NextInt(5, 20), random.NextInt(5, 20), random.NextDouble() * 6);
            double arc = random.NextBool() ? 2 * Math.PI : Math.PI * (0.7 + random.NextDouble());
            double[] corners = [.. Enumerable.Range(0, 24).SelectMany(i => new[]
            {
                32 + (x * Math.Cos(start + (arc * i / 24))), 32 + (y * Math.Sin(start + (arc * i / 24))),
            })];
            double[] xs = [.. corners.Where((_, i) => i % 2 == 0)];
            double[] ys = [.. corners.Where((_, i) => i % 2 == 1)];
            string box = Join([xs.Min(), ys.Min(), xs.Max() - xs.Min(), ys.Max() - ys.Min()]);
            annotations.Append(CultureInfo.InvariantCulture,
                $$"""{{(k > 0 ? "," : "")}}{"id":{{k + 1}},"image_id":1,"category_id":{{1 + (k % TinyModel.Classes)}},"area":9,""");
            annotations.Append(CultureInfo.InvariantCulture, $$""" "bbox":[{{box}}],"segmentation":[[{{Join(corners)}}]]} """);
        }

        string categories = string.Join(",", Enumerable.Range(1, TinyModel.Classes).Select(i => $$"""{"id":{{i}},"name":"class {{i}}"}"""));
        return $$"""
            {"images":[{"id":1,"file_name":"a.png","width":64,"height":64}],"categories":[{{categories}}],"annotations":[{{annotations}}]}
            """;

        static string Join(IEnumerable<double> numbers) =>
            string.Join(",", numbers.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
    }
}
