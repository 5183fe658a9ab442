using Panoptes.Onnx;
using Panoptes.Onnx.Interop;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>ONNX Runtime, which runs exported models. Training does without it.</summary>
internal static class OnnxCheck
{
    private const string Area = "ONNX Runtime";

    // A whole ONNX file: ir_version 8; of opset 13 the one node y = Neg(x), x and y floats of an open size.
    private static readonly byte[] s_negation = Convert.FromBase64String(
        "CAg6MAoLCgF4EgF5IgNOZWcSA25lZ1oNCgF4EggKBggBEgIKAGINCgF5EggKBggBEgIKAEICEA0=");

    /// <summary>Loads the library and lets it compute one number.</summary>
    public static IEnumerable<Finding> Run()
    {
        const string name = "library";
        string version;
        try
        {
            version = OnnxRuntime.Version;
        }
        catch (Exception exception) when (exception is DllNotFoundException or InputException)
        {
            return [Finding.Warn(Area, name, "none that can be used, so that ONNX models cannot be run", exception.Message)];
        }

        return [Finding.Ok(Area, name, version, MappedLibraries.Read().Find("libonnxruntime")), Try()];
    }

    private static Finding Try()
    {
        const string name = "run";
        const string advice = $"Let {OnnxRuntime.Variable} name another ONNX Runtime; in a source tree ./build.sh fetches one.";
        try
        {
            using OnnxSession session = OnnxSession.Open(s_negation, threads: 1);
            using TensorMemory result = new(session.Run(new float[] { 42 }, [1], CancellationToken.None)[0], 1);
            float found = result.GetSpan()[0];
            return found == -42
                ? Finding.Ok(Area, name, "works")
                : Finding.Warn(Area, name, $"of 42 the negative is {found}", advice);
        }
        catch (OrtException exception)
        {
            return Finding.Warn(Area, name, exception.Message, advice);
        }
    }
}
