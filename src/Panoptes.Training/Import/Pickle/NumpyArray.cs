using Panoptes.Torch;

namespace Panoptes.Training.Import.Pickle;

/// <summary>An array of NumPy while it is read: made empty, then filled by its state.</summary>
internal sealed class NumpyArray
{
    /// <summary>The array; null before it has its state.</summary>
    public StoredTensor? Value { get; private set; }

    /// <summary>Takes over the state that NumPy writes: version, shape, type, whether columns come first, bytes.</summary>
    /// <param name="state">The state.</param>
    /// <param name="budget">What the bytes are taken from where they are a text.</param>
    /// <exception cref="InvalidDataException">It is not such a state.</exception>
    /// <exception cref="InputException">The budget is used up.</exception>
    public void SetState(object? state, PickleBudget budget)
    {
        if (state is not object?[] { Length: 5 } parts || parts[1] is not object?[] sizes || parts[2] is not NumpyType type
            || parts[3] is not bool columnsFirst || Pickled.Bytes(parts[4], budget) is not { } data)
        {
            throw new InvalidDataException("a NumPy array has an invalid state");
        }

        Value = Create(type, Pickled.Integers(sizes), columnsFirst, data);
    }

    /// <summary>An array of bytes in memory.</summary>
    /// <exception cref="InvalidDataException">The bytes do not fill the shape.</exception>
    public static StoredTensor Create(NumpyType type, long[] shape, bool columnsFirst, byte[] data)
    {
        if (type.IsBigEndian)
        {
            throw new InvalidDataException("a NumPy array has another byte order (big-endian)");
        }

        PickleStorage storage = new(type.Type, data.Length, "", data);
        storage = storage with { Count = data.Length / storage.ElementSize };
        long[] strides = new long[shape.Length];
        long step = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            int axis = columnsFirst ? i : shape.Length - 1 - i;
            strides[axis] = step;
            step *= Math.Max(1, shape[axis]);
        }

        StoredTensor tensor = new(storage, shape, strides, 0);
        tensor.Check();
        return tensor;
    }
}
