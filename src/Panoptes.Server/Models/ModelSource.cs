using Panoptes.Inference;

namespace Panoptes.Server.Models;

/// <summary>A model's file as it was when it was looked at.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Written">When it was written.</param>
/// <param name="IsOnnx">Whether ONNX Runtime runs it; libtorch otherwise.</param>
/// <param name="Card">Its card.</param>
internal sealed record ModelSource(string Path, long Bytes, DateTime Written, bool IsOnnx, ModelCard Card)
{
    /// <summary>Reads what the file's header tells.</summary>
    /// <exception cref="InputException">The file is missing, damaged, or not a model.</exception>
    public static ModelSource Read(string path)
    {
        (long bytes, DateTime written) = Stamp(path);
        return new ModelSource(path, bytes, written, ModelHeader.Read(path).IsOnnx, ModelCard.Load(path));
    }

    /// <summary>What changes when the file is replaced; zeros where it is not there.</summary>
    public static (long Bytes, DateTime Written) Stamp(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : default;
    }

    /// <summary>Names of all classes, things before stuff.</summary>
    public IReadOnlyList<string> ClassNames { get; } = [.. Card.Classes.Concat(Card.StuffClasses).Select(c => c.Name)];
}
