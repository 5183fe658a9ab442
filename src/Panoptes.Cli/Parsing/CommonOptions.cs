using System.CommandLine;
using System.CommandLine.Completions;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Parsing;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class CommonOptions
{
    /// <summary>The name of the option that shows stack traces; the error boundary looks for it before anything is parsed.</summary>
    public const string Verbose = "--verbose";

    /// <summary><c>--per-class</c>: a line of text for each class; JSON has them in any case.</summary>
    public static Option<bool> PerClass() => new("--per-class")
    {
        Description = "Also print the figures of each class (the JSON always has them).",
    };

    /// <summary><c>--model</c>: a model to use.</summary>
    public static Option<string> Model()
    {
        Option<string> model = new("--model")
        {
            Description = "A model that 'panoptes train' (*.safetensors) or 'panoptes export' (*.onnx) wrote, or the name of one that "
                + "comes with the tool (see 'panoptes model list').",
            HelpName = "MODEL",
            Required = true,
        };
        model.CompletionSources.Add(context => ShippedModels.Names()
            .Where(name => name.StartsWith(context.WordToComplete, StringComparison.Ordinal))
            .Select(name => new CompletionItem(name)));
        return model;
    }

    /// <summary><c>--device</c>: where a model of either kind runs; <see cref="Input.ModelDevice.Parse"/> reads it.</summary>
    public static Option<string> ModelDevice() => Device(
        "Where the model runs: cpu, cuda or cuda:N; an exported one (*.onnx) also on tensorrt[:N], directml[:N], coreml or "
            + "openvino[:KIND].",
        "cpu", "cuda", "tensorrt", "directml", "coreml", "openvino");

    /// <summary><c>--device</c>: where the network is trained; <see cref="Input.Devices.Parse"/> reads it.</summary>
    public static Option<string> Device() => Device("Where the network runs: cpu, cuda or cuda:N.", "cpu", "cuda");

    private static Option<string> Device(string description, params string[] words)
    {
        Option<string> device = new("--device")
        {
            Description = description,
            HelpName = "DEVICE",
            DefaultValueFactory = _ => "cpu",
        };
        device.CompletionSources.Add(words);
        return device;
    }
}
