using Panoptes.Torch;

namespace Panoptes.Training.Import.Pickle;

/// <summary>A block of numbers that tensors of a pickle look at.</summary>
/// <param name="Type">The type of the numbers.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Key">Their name in the file; empty where <paramref name="Data"/> is here.</param>
/// <param name="Data">The bytes, of an array that stands in the pickle itself; null where they lie elsewhere in the file.</param>
internal sealed record PickleStorage(DType Type, long Count, string Key, byte[]? Data = null)
{
    /// <summary>The bytes of one number.</summary>
    public int ElementSize => TensorBytes.SizeOf(Type);

    /// <summary>The bytes of all numbers.</summary>
    /// <exception cref="OverflowException">They are beyond all bounds.</exception>
    public long Length => checked(Count * ElementSize);
}
