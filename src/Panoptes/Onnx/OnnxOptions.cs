using System.Collections.ObjectModel;

namespace Panoptes.Onnx;

/// <summary>How ONNX Runtime runs a network.</summary>
public sealed record OnnxOptions
{
    /// <summary>Threads that one run uses inside its operators; 0, the default, takes all cores that the process may use.</summary>
    public int Threads { get; init; }

    /// <summary>What runs the operators; the CPU by default.</summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>The number of the GPU, from 0, for CUDA, TensorRT and DirectML; 0 by default.</summary>
    public int Device { get; init; }

    /// <summary>
    /// Whether the CPU runs the network where <see cref="Provider"/> cannot be used; <see cref="OnnxNetwork.FallbackReason"/> then says
    /// why. False, the default, makes that an error.
    /// </summary>
    public bool Fallback { get; init; }

    /// <summary>
    /// Settings of the provider under ONNX Runtime's own names, for example <c>device_type</c> = <c>GPU</c> of OpenVINO or
    /// <c>trt_engine_cache_enable</c> = <c>1</c> of TensorRT; none by default. The CPU has none.
    /// </summary>
    public IReadOnlyDictionary<string, string> ProviderSettings { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">A value is not allowed.</exception>
    public void Validate()
    {
        if (Threads < 0)
        {
            throw InputException.ForSetting("OnnxOptions.Threads", $"must not be negative (was {Threads}). 0 takes all cores.");
        }

        if (!Enum.IsDefined(Provider))
        {
            throw InputException.ForSetting(
                "OnnxOptions.Provider",
                $"unknown provider ({Provider}). Allowed are "
                + $"{string.Join(", ", Enum.GetNames<ExecutionProvider>())}.");
        }

        if (Device < 0)
        {
            throw InputException.ForSetting("OnnxOptions.Device", $"must not be negative (was {Device}).");
        }

        if (Device > 0 && !Providers.HasDevices(Provider))
        {
            throw InputException.ForSetting(
                "OnnxOptions.Device",
                $"{Providers.NameOf(Provider)} has no numbered devices (was {Device}). Leave it at 0.");
        }

        if (Provider == ExecutionProvider.Cpu && ProviderSettings.Count > 0)
        {
            throw InputException.ForSetting(
                "OnnxOptions.ProviderSettings",
                $"the CPU has no settings ({string.Join(", ", ProviderSettings.Keys)}). Choose a provider.");
        }
    }
}
