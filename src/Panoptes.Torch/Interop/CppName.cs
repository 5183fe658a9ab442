namespace Panoptes.Torch.Interop;

/// <summary>A name that libtorch exports of its C++ interface, as each compiler spells it.</summary>
/// <param name="Library">The library, without the system's prefix and suffix.</param>
/// <param name="Itanium">The name on Linux and macOS.</param>
/// <param name="Msvc">The name on Windows.</param>
internal sealed record CppName(string Library, string Itanium, string Msvc)
{
    private const string Core = "c10";

    internal static CppName MutableGrad { get; } =
        new(Core, "_ZN3c1010TensorImpl12mutable_gradEv", "?mutable_grad@TensorImpl@c10@@QEAAAEAVTensor@at@@XZ");

    internal static CppName RequiresGrad { get; } =
        new(Core, "_ZNK3c1010TensorImpl13requires_gradEv", "?requires_grad@TensorImpl@c10@@QEBA_NXZ");

    /// <summary>The least severity that libtorch writes to stderr: 0 all, 2 errors, 3 nothing but what ends the process.</summary>
    internal static CppName LogLevel { get; } = new(Core, "FLAGS_caffe2_log_level", "?FLAGS_caffe2_log_level@@3HA");

    internal static CppName SetThreads { get; } = new(LibTorch.Library, "_ZN2at15set_num_threadsEi", "?set_num_threads@at@@YAXH@Z");

    internal static CppName SetFlushDenormal { get; } =
        new(LibTorch.Library, "_ZN2at7Context16setFlushDenormalEb", "?setFlushDenormal@Context@at@@SA_N_N@Z");

    internal static CppName HasMklDnn { get; } = new(LibTorch.Library, "_ZN2at7Context9hasMKLDNNEv", "?hasMKLDNN@Context@at@@SA_NXZ");

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<CppName> All { get; } = [MutableGrad, RequiresGrad, LogLevel, SetThreads, SetFlushDenormal, HasMklDnn];

    /// <summary>The name on this system.</summary>
    internal string Here => OperatingSystem.IsWindows() ? Msvc : Itanium;
}
