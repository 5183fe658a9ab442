using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models;

/// <summary>A model file: safetensors with the weights, and in its metadata the card with all that prediction needs.</summary>
public static class ModelFile
{
    /// <summary>Writes a model; an existing file is replaced only when everything is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The network.</param>
    /// <param name="card">Its description.</param>
    internal static void Save(string path, TrainableModel model, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(card);
        SafetensorsWriter.Write(
        path,
        model.State(),
        new Dictionary<string, string> { ["format"] = "pt", [ModelCard.MetadataKey] = card.ToJson() });
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the network will run; the CPU when null.</param>
    /// <param name="precision">What it will compute in; as in its training when null.</param>
    /// <exception cref="InputException">The file is missing, damaged, or not a model that Panoptes wrote.</exception>
    public static TorchNetwork Load(string path, Device? device = null, Precision? precision = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using SafetensorsFile file = WeightLoader.Open(path);
        return Load(file, device, precision);
    }

    /// <summary>Reads a model from a stream, from its position to its end.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="name">What messages call the model.</param>
    /// <param name="device">Where the network will run; the CPU when null.</param>
    /// <param name="precision">What it will compute in; as in its training when null.</param>
    /// <exception cref="InputException">The data is damaged, or not a model that Panoptes wrote.</exception>
    public static TorchNetwork Load(Stream stream, string name = "model", Device? device = null, Precision? precision = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using SafetensorsFile file = WeightLoader.Open(stream, name);
        return Load(file, device, precision);
    }

    /// <summary>What Segmenter.Load calls for a file, which it maps into memory; it knows this library by name only.</summary>
    /// <param name="path">The file.</param>
    public static INetwork Open(string path) => Load(path);

    /// <summary>What Segmenter.Load calls for a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What messages call the model.</param>
    public static INetwork Open(Stream stream, string name) => Load(stream, name);

    private static TorchNetwork Load(SafetensorsFile file, Device? device, Precision? precision)
    {
        (ModelCard card, PanoptesConfig config) = Describe(file);
        config = config with { Precision = precision ?? config.Precision };
        TrainableModel model = ModelFactory.Create(config, card);
        try
        {
            WeightLoader.LoadAll(model, file);
            return new TorchNetwork(model, card, device ?? Device.Cpu, config.ChannelsLast);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Reads a model's card and configuration, and checks that the file can hold the network they describe.</summary>
    /// <exception cref="InputException">It cannot, or the file is not a model that Panoptes wrote.</exception>
    internal static (ModelCard Card, PanoptesConfig Config) Describe(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(ModelCard.MetadataKey, out string? json))
        {
            throw new InputException(
                InputErrorKind.Invalid,
                file.Path,
                null,
                "these are weights without a model card; give a model that `panoptes train` wrote");
        }

        ModelCard card = ModelCard.Parse(json, file.Path);
        PanoptesConfig config = ConfigLoader.Parse(card.Network, $"{file.Path} (its configuration)");
        Check(config, card, file);
        return (card, config);
    }

    /// <summary>Compares what card and configuration describe with the file, before memory is taken for a network.</summary>
    private static void Check(PanoptesConfig config, ModelCard card, SafetensorsFile file)
    {
        int levels = config.Model.Fpn.Levels;
        if (!card.Detection.Strides.SequenceEqual(Enumerable.Range(3, levels).Select(level => 1 << level)))
        {
            throw new InputException(
                InputErrorKind.Invalid,
                file.Path,
                "model card",
                $"'detection.strides' is [{string.Join(", ", card.Detection.Strides)}]; "
                + $"a network of {levels} levels has 8 and its doubles.");
        }

        long described = NetworkSize.AtLeast(config, card);
        long held = file.Tensors.Values.Sum(tensor => tensor.Shape.Aggregate(1L, (count, side) => count * side));
        if (described > held)
        {
            throw new InputException(
                InputErrorKind.Invalid,
                file.Path,
                "model card",
                $"describes a network of {described} values or more; the file holds {held}, so it does not belong to this card.");
        }
    }
}
