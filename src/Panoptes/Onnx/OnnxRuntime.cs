using Panoptes.Onnx.Interop;

namespace Panoptes.Onnx;

/// <summary>
/// ONNX Runtime, the library that <see cref="OnnxNetwork"/> runs on. It is no part of this package and is looked for, in this order, where
/// the environment variable <see cref="Variable"/> points, beside the application, in <c>runtimes/RID/native</c> there (as the NuGet
/// package Microsoft.ML.OnnxRuntime lays it out), and among the system's libraries. Versions from 1.16 on will do.
/// </summary>
public static class OnnxRuntime
{
    /// <summary>The environment variable that names the library, its folder, or the folder above its <c>lib</c>.</summary>
    public const string Variable = "PANOPTES_ONNXRUNTIME";

    /// <summary>The version of the library that was found, for example <c>1.27.0</c>.</summary>
    /// <exception cref="InputException"><see cref="Variable"/> is set, and there is no such library.</exception>
    /// <exception cref="DllNotFoundException">There is no library, or one that cannot be used; the message says what to do.</exception>
    public static string Version => Ort.Version;

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
}
