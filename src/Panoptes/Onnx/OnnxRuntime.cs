namespace Panoptes.Onnx;

/// <summary>
/// ONNX Runtime's native library, which <see cref="OnnxNetwork"/> runs on. The application brings it with a NuGet package:
/// Microsoft.ML.OnnxRuntime for the CPU (and CoreML on macOS), others for GPUs (<see cref="ExecutionProvider"/>). It must not be older
/// than the package Microsoft.ML.OnnxRuntime.Managed. The environment variable <see cref="Variable"/> names another library.
/// </summary>
public static class OnnxRuntime
{
    // A whole ONNX file: ir_version 8; of opset 13 the one node y = Neg(x), x and y floats of an open size.
    private static readonly byte[] s_negation = Convert.FromBase64String(
        "CAg6MAoLCgF4EgF5IgNOZWcSA25lZ1oNCgF4EggKBggBEgIKAGINCgF5EggKBggBEgIKAEICEA0=");

    /// <summary>
    /// The environment variable that names the library, its folder, or the folder above its <c>lib</c>. It counts if the application has
    /// not used ONNX Runtime by itself before.
    /// </summary>
    public const string Variable = "PANOPTES_ONNXRUNTIME";

    /// <summary>The version of the library that was found, for example <c>1.31.1</c>.</summary>
    /// <exception cref="InputException"><see cref="Variable"/> is set, and there is no such library.</exception>
    /// <exception cref="DllNotFoundException">There is no library, or one that cannot be used; the message says what to do.</exception>
    public static string Version => OrtLibrary.Instance.Version;

    /// <summary>The library's file; null where the system does not tell.</summary>
    /// <inheritdoc cref="Version" path="/exception"/>
    public static string? LibraryPath => OrtLibrary.Instance.Path;

    /// <summary>The providers that the library was built with. One may still have no driver or a device.</summary>
    /// <inheritdoc cref="Version" path="/exception"/>
    public static IReadOnlyList<ExecutionProvider> Providers => OrtLibrary.Instance.Providers;

    /// <summary>Whether a library was found that can be used.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                return Version.Length > 0;
            }
            catch (Exception error) when (error is InputException or DllNotFoundException)
            {
                return false;
            }
        }
    }

    /// <summary>The provider's name in messages.</summary>
    /// <param name="provider">The provider.</param>
    public static string NameOf(ExecutionProvider provider) => Onnx.Providers.NameOf(provider);

    /// <summary>The NuGet package that brings the library with the provider.</summary>
    /// <param name="provider">The provider.</param>
    public static string PackageOf(ExecutionProvider provider) => Onnx.Providers.PackageOf(provider);

    /// <summary>Whether the provider exists for this operating system.</summary>
    /// <param name="provider">The provider.</param>
    public static bool IsForThisSystem(ExecutionProvider provider) => Onnx.Providers.IsForThisSystem(provider);

    /// <summary>Runs a network of one node, to see that the library works.</summary>
    /// <returns>What is wrong, in one line; null where it works.</returns>
    /// <exception cref="InputException">No library can be loaded; the message says what to install.</exception>
    public static string? FindProblem()
    {
        const float input = 42;
        try
        {
            using OnnxSession session = OnnxSession.Open(s_negation, new OnnxOptions());
            using TensorMemory result = session.Run(new[] { input }, [1], CancellationToken.None)[0];
            float found = result.GetSpan()[0];
            return found == -input ? null : $"of {input} the negative is {found}";
        }
        catch (OrtException exception)
        {
            return exception.Message;
        }
    }
}
