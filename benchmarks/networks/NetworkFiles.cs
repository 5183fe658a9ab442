using Panoptes.Coco.Codecs;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Export;
using Panoptes.Training.Models;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Benchmarks.Networks;

/// <summary>Makes the files that are run. Random weights take as long as trained ones.</summary>
internal static class NetworkFiles
{
    private const int Classes = 80;
    private const int StuffClasses = 53;

    public static void Make(string folder, string name)
    {
        TorchRuntime.Seed(1);
        PanoptesConfig config = ShippedConfigs.Load(name, ["model.weights=null"]);
        ModelClass[] things = [.. Enumerable.Range(1, Classes).Select(i => new ModelClass($"thing {i}", i))];
        ModelClass[] stuff = [.. Enumerable.Range(Classes + 1, StuffClasses).Select(i => new ModelClass($"stuff {i}", i) { IsThing = false })];
        MethodOptions? prepared = config.Model.Method == Method.MEInst ? new MEInstOptions { Codec = FitTriangles(config.Model.MEInst, folder) } : null;
        ModelCard card = ModelCards.Create(config, things, prepared, stuff);
        string path = Path.Combine(folder, "libtorch.safetensors");
        using (TrainableModel model = ModelFactory.Create(config, card))
        {
            ModelFile.Save(path, model, card);
        }

        using TorchNetwork network = ModelFile.Load(path, precision: Precision.Fp32);
        OnnxExport.Write(Path.Combine(folder, "fp32.onnx"), network);
        Int8Options options = new() { Images = [SaveImage(folder)], MaxLoss = 1 };
        Int8Export.Write(Path.Combine(folder, "int8.onnx"), network, options);
    }

    private static string SaveImage(string folder)
    {
        Image image = new(1066, 800);
        new Random(1).NextBytes(image.Pixels);
        string path = Path.Combine(folder, "noise.png");
        image.Save(path);
        return path;
    }

    // What the masks are plays no part: a network of MEInst gives so many numbers a place.
    private static PcaCodec FitTriangles(MEInstConfig model, string folder)
    {
        Random random = new(1);
        string annotations = string.Join(',', Enumerable.Range(1, 200).Select(id =>
        {
            int[] corners = [.. Enumerable.Range(0, 6).Select(_ => random.Next(64))];
            return $$"""{"id":{{id}},"image_id":1,"category_id":1,"bbox":[0,0,64,64],"area":9,"segmentation":[[{{string.Join(',', corners)}}]]}""";
        }));
        string path = Path.Combine(folder, "triangles.json");
        File.WriteAllText(
            path,
            $$"""{"images":[{"id":1,"file_name":"a.png","width":64,"height":64}],"categories":[{"id":1,"name":"a"}],"annotations":[{{annotations}}]}""");
        MaskCodecOptions options = new()
        {
            Size = model.Size,
            Dimension = model.Dimension,
            Space = model.Space,
            Smoothing = model.Smoothing,
            Whiten = model.Whiten,
        };
        return PcaFit.Fit(MaskSet.Load(path, model.Size), options);
    }
}
