using Panoptes.Onnx;

namespace Panoptes.Inference;

/// <summary>Opens a model of either kind, told by its content.</summary>
internal static class ModelOpener
{
    // Panoptes knows nothing of libtorch. Where the application references Panoptes.Training, its door for files is there by this name;
    // the trimmer understands the constant, and keeps what it names.
    private const string TrainedModels = "Panoptes.Training.Models.ModelFile, Panoptes.Training";

    /// <summary>Opens a file.</summary>
    /// <exception cref="InputException">The file is missing, damaged, or no model.</exception>
    /// <exception cref="NotSupportedException">The engine is not there.</exception>
    public static INetwork Open(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return IsSafetensors(stream, path) ? OpenTrained<Func<string, INetwork>>(path, typeof(string))(path) : OnnxNetwork.Load(path);
    }

    /// <summary>Opens what a stream holds, from its position to its end.</summary>
    /// <inheritdoc cref="Open(string)"/>
    public static INetwork Open(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        const string name = "the model in the stream";
        if (!stream.CanSeek)
        {
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Open(copy);
        }

        return IsSafetensors(stream, name)
            ? OpenTrained<Func<Stream, string, INetwork>>(name, typeof(Stream), typeof(string))(stream, name)
            : OnnxNetwork.Load(stream);
    }

    private static bool IsSafetensors(Stream stream, string name)
    {
        byte[] start = FileKind.Peek(stream);
        if (FileKind.IsSafetensors(start)) return true;
        return FileKind.IsOnnx(start) ? false : throw NoModel(name, start);
    }

    private static InputException NoModel(string name, byte[] start) => new(
        InputErrorKind.Invalid, name, null,
        $"this is {FileKind.Name(start) ?? "no file of a known kind"}; a model is an ONNX file that `panoptes export` wrote, "
        + "or a safetensors file that `panoptes train` wrote");

    private static TOpen OpenTrained<TOpen>(string name, params Type[] parameters)
        where TOpen : Delegate =>
        (Type.GetType(TrainedModels)?.GetMethod("Open", parameters) ?? throw new NotSupportedException(
            $"{name}: this is a trained model (safetensors), which libtorch runs: reference the package Panoptes.Training, "
            + "or export the model to ONNX (`panoptes export`)")).CreateDelegate<TOpen>();
}
