using Panoptes.Inference;
using Panoptes.Onnx;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Input;

/// <summary>The model that <c>--model</c> names, ready to run.</summary>
internal static class Models
{
    /// <summary>Whether a file is an exported model, which ONNX Runtime runs, by its name.</summary>
    public static bool IsOnnx(string path) => Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file that <c>--model</c> means: a shipped model's, by its name, or one of the user's.</summary>
    /// <param name="nameOrPath">What was typed.</param>
    /// <exception cref="InputException">There is no such file; the nearest name of a shipped model is told.</exception>
    public static string PathOf(string nameOrPath)
    {
        string path = ShippedModels.PathOf(nameOrPath);
        if (File.Exists(path) || Directory.Exists(path) || Path.GetFileName(path) != path || Path.HasExtension(path)) return path;
        string hint = Nearest.To(path, ShippedModels.Names()) is { } near
            ? $"; did you mean the shipped model '{near}'?"
            : ", and no shipped model has this name; 'panoptes model list' names them";
        throw new InputException(InputErrorKind.NotFound, path, null, $"file not found{hint}");
    }

    /// <summary>Loads a model and lets it use every core.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="warn">Told where another device runs the model than the one that was asked for.</param>
    /// <exception cref="InputException">The file is missing, damaged, or not a model that this tool can run there.</exception>
    public static INetwork Load(string path, ModelDevice device, Action<string> warn)
    {
        if (Directory.Exists(path))
        {
            throw InputException.ForSetting(null, $"{path} is a folder; give a model in it, such as best.safetensors");
        }

        if (!IsOnnx(path)) return LoadTorch(path, device.Torch);
        OnnxNetwork network = OnnxNetwork.Load(path, device.Onnx);
        if (network.FallbackReason is { } reason) warn($"--device {device.Text}: {reason} The CPU runs the model.");
        return network;
    }

    /// <summary>Loads a model for libtorch and lets it use every core.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="precision">What it computes in; as in its training when null.</param>
    /// <exception cref="InputException">The file is missing, damaged, or not a model that Panoptes wrote.</exception>
    public static TorchNetwork LoadTorch(string path, Device device, Precision? precision = null)
    {
        TorchRuntime.Threads = Environment.ProcessorCount;
        return ModelFile.Load(path, device, precision);
    }
}
