using Panoptes.Torch;

namespace Panoptes.Training.Import.Pickle;

/// <summary>The element type of an array of NumPy.</summary>
internal sealed class NumpyType
{
    /// <param name="name">NumPy's short name, such as <c>f4</c>.</param>
    /// <exception cref="InvalidDataException">Weights do not have this type.</exception>
    public NumpyType(string name) => Type = name switch
    {
        "f8" => DType.Float64,
        "f4" => DType.Float32,
        "f2" => DType.Float16,
        "i8" => DType.Int64,
        "i4" => DType.Int32,
        "i2" => DType.Int16,
        "i1" => DType.Int8,
        "u1" => DType.UInt8,
        "b1" => DType.Bool,
        _ => throw new InvalidDataException($"a NumPy array has the element type '{name}'; only numbers are supported"),
    };

    /// <summary>The type.</summary>
    public DType Type { get; }

    /// <summary>Whether the high byte comes first.</summary>
    public bool IsBigEndian { get; private set; }

    /// <summary>Takes over the state that NumPy writes: version, order of the bytes, and what only compound types have.</summary>
    public void SetState(object? state) => IsBigEndian = state is object?[] { Length: > 1 } parts
        ? parts[1] is ">"
        : throw new InvalidDataException("a NumPy type is missing its state");
}
