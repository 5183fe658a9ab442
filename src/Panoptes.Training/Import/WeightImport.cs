using Microsoft.Extensions.Logging.Abstractions;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Configuration.Binding;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Backbones;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Import;

/// <summary>
/// Makes a backbone or a model of weights that another program trained: torchvision's, detectron2's, AdelaiDet's, EmbedMask's, timm's,
/// Hugging Face's, or those of an ONNX file. Pickles are read as data; nothing in them is executed.
/// </summary>
public static class WeightImport
{
    private const string BackbonePrefix = "backbone.";
    private const string Components = "proposal_generator.mask_encoding.components";

    /// <summary>Reads a file and writes what it became.</summary>
    /// <param name="path">The file: .pth, .pt, .bin, .pkl, .safetensors or .onnx, told by its content.</param>
    /// <param name="output">The safetensors file to write.</param>
    /// <param name="options">What is made of it; null writes a backbone.</param>
    /// <exception cref="InputException">The file is damaged, asks for code, or does not fit; or a setting is wrong.</exception>
    public static ImportResult Run(string path, string output, ImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(output);
        options ??= new ImportOptions();
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using WeightFile original = WeightFile.Open(path);
        using RenamedWeights file = new(original);
        WeightSource source = options.Source ?? SourceCards.Detect(original);
        (BackboneType Type, int Width)? shape = BackboneShape.Detect(file.Shapes);
        WeightCard known = SourceCards.Of(source, shape?.Type, original);
        if (!file.HasStatistics)
        {
            known = known with { NormEpsilon = null };
        }

        MappingNode layer = Layer(known, shape);
        PanoptesConfig config = ConfigLoader.LoadUnder(
            options.Config is { } name ? ShippedConfigs.Resolve(name) : null, layer, options.Settings);
        config = config with { Precision = Precision.Fp32, Model = config.Model with { Weights = null } };

        LoadReport report;
        if (options.Config is null)
        {
            if (shape is null && !options.Settings.Any(setting => setting.StartsWith("model.backbone.type", StringComparison.Ordinal)))
            {
                throw new InputException(
                    InputErrorKind.Unsupported, path, null, $"holds no backbone that is known ({BackboneShape.Known}).");
            }

            using BackboneModule backbone = new(config.Model.Backbone);
            report = Fill(backbone, file, config);
            SafetensorsWriter.Write(
                output,
                backbone.State().Select(tensor => (tensor.Name[BackbonePrefix.Length..], tensor.Value)),
                new Dictionary<string, string> { ["format"] = "pt", [WeightCard.MetadataKey] = WeightCard.Of(config).ToJson() });
        }
        else
        {
            MethodOptions? prepared = Prepare(config, original);
            long classes = file.Shapes.TryGetValue("head.fcos.cls_logits.weight", out IReadOnlyList<long>? logits) ? logits[0] : 0;
            ModelCard card = ModelCards.Create(config, CocoClasses.For(classes > 0 ? classes : 80), prepared);
            using TrainableModel model = ModelFactory.Create(config, card);
            report = Fill(model, file, config);
            ModelFile.Save(output, model, card);
        }

        return new ImportResult
        {
            Source = source,
            Backbone = EnumNames.NameOf(config.Model.Backbone.Type),
            IsModel = options.Config is not null,
            ChannelOrder = EnumNames.NameOf(config.Input.ChannelOrder),
            Mean = [.. config.Input.Mean],
            Std = [.. config.Input.Std],
            StrideIn1x1 = config.Model.Backbone.StrideIn1x1,
            NormEpsilon = config.Model.Backbone.NormEpsilon,
            Matched = [.. report.Names.Select(matched => (matched, string.Join(" + ", file.Sources(matched))))],
            Missing = report.Missing,
            LeftOver = [.. report.Unused.Where(unused => !IsReadElsewhere(unused)).SelectMany(file.Sources)],
        };
    }

    // The file tells its backbone and its source what the weights expect, whatever a configuration made for others says.
    private static MappingNode Layer(WeightCard card, (BackboneType Type, int Width)? shape)
    {
        string backbone = shape is var (type, width)
            ? FormattableString.Invariant($", backbone: {{ type: {EnumNames.NameOf(type)}, base_width: {width} }}")
            : "";
        return WeightDefaults.Layer(card).Overlay(
            YamlReader.ReadDocument($"model: {{ weights: null{backbone} }}", "import", Environment.CurrentDirectory));
    }

    private static LoadReport Fill(Module module, RenamedWeights file, PanoptesConfig config)
    {
        LoadReport report = WeightLoader.Load(module, file, name => name);
        bool hasStatistics = file.HasStatistics;
        string? lost = report.Missing.FirstOrDefault(missing => missing.StartsWith($"'{BackbonePrefix}", StringComparison.Ordinal)
            && !missing.Contains("conv2_offset", StringComparison.Ordinal)
            && (hasStatistics || !missing.Contains(".running_", StringComparison.Ordinal)));
        if (lost is null && report.Loaded > 0) return report;
        string type = EnumNames.NameOf(config.Model.Backbone.Type);
        throw new InputException(
            InputErrorKind.Invalid,
            file.Path,
            null,
            report.Loaded == 0
                ? $"none of its {file.Shapes.Count} tensors fits a {type}."
                : $"does not hold the backbone {type}: {lost}. Set model.backbone.type to what it holds ({BackboneShape.Known}).");
    }

    // The mask codec and the means are no tensors of the network, but are not lost.
    private static bool IsReadElsewhere(string name) =>
        name is "pixel_mean" or "pixel_std" || name.Contains("mask_encoding.", StringComparison.Ordinal);

    // A published MEInst carries its codec; otherwise the configuration names a file.
    private static MethodOptions? Prepare(PanoptesConfig config, WeightFile file)
    {
        if (config.Model.Method == Method.MEInst
            && file.Shapes.GetValueOrDefault(Components) is [long count, long pixels])
        {
            MEInstConfig meinst = config.Model.MEInst;
            if (count != meinst.Dimension || pixels != meinst.Size * meinst.Size)
            {
                throw new InputException(
                    InputErrorKind.Invalid,
                    file.Path,
                    Components,
                    $"has {count} components of {pixels} pixels; model.meinst.dimension is {meinst.Dimension} and size {meinst.Size}.");
            }

            double[] variances = Numbers("explained_variances");
            CodecComponents components = new(
                [.. Numbers("means").Select(value => (float)value)],
                [.. Numbers("components").Select(value => (float)value)],
                variances,
                variances.Sum());
            MaskCodecOptions options = new()
            {
                Size = meinst.Size,
                Dimension = meinst.Dimension,
                Space = meinst.Space,
                Smoothing = meinst.Smoothing,
                Whiten = meinst.Whiten,
            };
            return new MEInstOptions { Size = meinst.Size, Codec = new PcaCodec(options, [components]) };
        }

        if (config.Model.Method == Method.MEInst && config.Model.MEInst is { Encoding: not MaskEncoding.None, Codec: null })
        {
            throw new InputException(
                InputErrorKind.Invalid, file.Path, "model.meinst.codec", "the file holds no codec; name one that codec fit wrote.");
        }

        return TrainingMethod.Of(config.Model.Method).Prepare(config, null, NullLogger.Instance);

        double[] Numbers(string name)
        {
            string full = Components.Replace("components", name, StringComparison.Ordinal);
            return file.Shapes.ContainsKey(full)
                ? file.Load(full).To(Device.Cpu, DType.Float64).ToArray<double>()
                : throw new InputException(InputErrorKind.Invalid, file.Path, full, "is missing; a codec needs it.");
        }
    }

    /// <summary>A backbone where networks keep it.</summary>
    private sealed class BackboneModule : Module
    {
        public BackboneModule(BackboneConfig config) => Child("backbone", new ResNet(config));
    }
}
