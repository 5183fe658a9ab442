using Panoptes.Torch;

namespace Panoptes.Training.Import.Pickle;

/// <summary>A tensor or array that a pickle describes: a view of numbers that lie elsewhere.</summary>
/// <param name="Storage">The numbers.</param>
/// <param name="Shape">The sizes; empty for one number.</param>
/// <param name="Strides">Elements from one index to the next, for each dimension.</param>
/// <param name="Offset">The first element.</param>
internal sealed record StoredTensor(PickleStorage Storage, long[] Shape, long[] Strides, long Offset)
{
    /// <summary>The number of elements.</summary>
    /// <exception cref="OverflowException">It is beyond all bounds.</exception>
    public long Count => Shape.Aggregate(1L, (count, side) => checked(count * side));

    /// <summary>Whether the elements follow each other row by row.</summary>
    public bool IsContiguous
    {
        get
        {
            long step = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != step)
                {
                    return false;
                }

                step *= Shape[i];
            }

            return true;
        }
    }

    /// <summary>Makes sure that no element lies outside of the storage, and that there are no more than in the storage.</summary>
    /// <exception cref="InvalidDataException">One does.</exception>
    public void Check()
    {
        if (Shape.Length != Strides.Length || Shape.Any(side => side < 0) || Strides.Any(stride => stride < 0) || Offset < 0)
        {
            throw new InvalidDataException("a tensor has an invalid shape");
        }

        try
        {
            long last = Offset;
            for (int i = 0; i < Shape.Length; i++)
            {
                last = checked(last + (Math.Max(0, Shape[i] - 1) * Strides[i]));
            }

            if (Count > Storage.Count || (Count > 0 && last >= Storage.Count))
            {
                throw new InvalidDataException("a tensor is larger than its storage");
            }
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("a tensor is larger than its storage", e);
        }
    }

    /// <summary>The elements as a tensor.</summary>
    /// <param name="storage">The storage's bytes, little-endian.</param>
    /// <returns>A row-major tensor on the CPU; of bfloat16 one of float32 with the same values.</returns>
    public Tensor ToTensor(ReadOnlySpan<byte> storage)
    {
        int size = Storage.ElementSize;
        return TensorBytes.Create(
            Storage.Type,
            IsContiguous ? storage.Slice(checked((int)(Offset * size)), checked((int)(Count * size))) : Gather(storage, size),
            Shape);
    }

    private byte[] Gather(ReadOnlySpan<byte> storage, int size)
    {
        byte[] result = new byte[checked(Count * size)];
        long[] index = new long[Shape.Length];
        long source = Offset;
        for (int target = 0; target < result.Length; target += size)
        {
            storage.Slice(checked((int)(source * size)), size).CopyTo(result.AsSpan(target));
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                source += Strides[axis];
                if (++index[axis] < Shape[axis])
                {
                    break;
                }

                source -= index[axis] * Strides[axis];
                index[axis] = 0;
            }
        }

        return result;
    }
}
