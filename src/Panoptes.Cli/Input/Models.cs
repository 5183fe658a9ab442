using Panoptes.Torch;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Input;

/// <summary>The model that <c>--model</c> names, ready to run.</summary>
internal static class Models
{
    /// <summary>Loads a model and lets it use every core.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="InputException">The file is missing, damaged, or not a model that this tool can run.</exception>
    public static TorchNetwork Load(string path, Device device)
    {
        if (Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{path}: ONNX models are not supported yet; give the *.safetensors that 'panoptes train' wrote");
        }

        if (Directory.Exists(path)) throw new InputException($"{path} is a folder; give a model in it, such as best.safetensors");
        // Debian's libtorch starts with one thread.
        TorchRuntime.Threads = Environment.ProcessorCount;
        return ModelFile.Load(path, device);
    }
}
