namespace Panoptes.Onnx;

/// <summary>
/// What ONNX Runtime runs a network's operators with. Each comes with a native package of its own, which the application references;
/// operators that a provider cannot run stay on the CPU.
/// </summary>
public enum ExecutionProvider
{
    /// <summary>The processor; part of every package.</summary>
    Cpu,

    /// <summary>NVIDIA GPUs by CUDA and cuDNN, on Linux and Windows: the package Microsoft.ML.OnnxRuntime.Gpu.</summary>
    Cuda,

    /// <summary>
    /// NVIDIA GPUs by TensorRT, and by CUDA for the rest, on Linux and Windows: the package Microsoft.ML.OnnxRuntime.Gpu.
    /// </summary>
    TensorRt,

    /// <summary>GPUs of any vendor by DirectX 12, on Windows: the package Microsoft.ML.OnnxRuntime.DirectML.</summary>
    DirectMl,

    /// <summary>Apple's GPUs and neural engine, on macOS: part of the package Microsoft.ML.OnnxRuntime there.</summary>
    CoreMl,

    /// <summary>Intel's processors, GPUs and NPUs, on Linux and Windows: the package Intel.ML.OnnxRuntime.OpenVino.</summary>
    OpenVino,
}
