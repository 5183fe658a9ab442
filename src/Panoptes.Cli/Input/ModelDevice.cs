using System.Globalization;
using Panoptes.Onnx;
using Panoptes.Torch;

namespace Panoptes.Cli.Input;

/// <summary>Where <c>--device</c> lets a model run: libtorch's device for *.safetensors, ONNX Runtime's provider for *.onnx.</summary>
/// <param name="Text">The option's value.</param>
/// <param name="Torch">Where libtorch runs.</param>
/// <param name="Onnx">How ONNX Runtime runs.</param>
internal sealed record ModelDevice(string Text, Device Torch, OnnxOptions Onnx)
{
    private const string TorchAllows = "cpu, cuda and cuda:N";
    private const string OnnxAllows = "cpu, cuda[:N], tensorrt[:N], directml[:N], coreml and openvino[:KIND] (for example openvino:GPU)";

    /// <summary>Reads the option as the model's file needs it.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="text">The option's value.</param>
    /// <exception cref="InputException">It names no device, or one that this kind of model cannot run on.</exception>
    public static ModelDevice Parse(string model, string text)
    {
        OnnxOptions? onnx = ParseOnnx(text);
        if (Models.IsOnnx(model))
        {
            return new ModelDevice(
                text, Device.Cpu, onnx ?? throw InputException.ForSetting(
                    $"--device {text}",
                    $"allowed for *.onnx models are {OnnxAllows}"));
        }

        return onnx is null || onnx.Provider is ExecutionProvider.Cpu or ExecutionProvider.Cuda
            ? new ModelDevice(text, Devices.Parse(text), new OnnxOptions())
            : throw InputException.ForSetting(
                $"--device {text}",
                $"for exported models (*.onnx) only, which 'panoptes export' writes; {Path.GetFileName(model)} runs on "
                + TorchAllows);
    }

    // Null where the text is nothing that ONNX Runtime may know.
    private static OnnxOptions? ParseOnnx(string text)
    {
        string[] parts = text.Split(':', 2);
        ExecutionProvider? provider = parts[0] switch
        {
            "cpu" => ExecutionProvider.Cpu,
            "cuda" => ExecutionProvider.Cuda,
            "tensorrt" => ExecutionProvider.TensorRt,
            "directml" => ExecutionProvider.DirectMl,
            "coreml" => ExecutionProvider.CoreMl,
            "openvino" => ExecutionProvider.OpenVino,
            _ => null,
        };
        // The tool goes on with the CPU, and says so.
        OnnxOptions options = new() { Fallback = true };
        return (provider, parts) switch
        {
            (null, _) => null,
            ({ } known, [_]) => options with { Provider = known },
            (ExecutionProvider.OpenVino, [_, { Length: > 0 } kind]) => options with
            {
                Provider = ExecutionProvider.OpenVino,
                ProviderSettings = new Dictionary<string, string> { ["device_type"] = kind },
            },
            (ExecutionProvider.Cuda or ExecutionProvider.TensorRt or ExecutionProvider.DirectMl, [_, var number])
                when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < 128 =>
                options with { Provider = provider!.Value, Device = index },
            _ => null,
        };
    }
}
