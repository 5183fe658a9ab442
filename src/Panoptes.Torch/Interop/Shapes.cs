namespace Panoptes.Torch.Interop;

/// <summary>What a handle's tensor looks like.</summary>
internal static unsafe class Shapes
{
    internal static long[] SizesOf(nint tensor)
    {
        long* sizes;
        LibTorch.Check(LibTorch.GetSizes(tensor, &sizes), "reading a shape");
        return new ReadOnlySpan<long>(sizes, Rank(tensor)).ToArray();
    }

    internal static long[] StridesOf(nint tensor)
    {
        long* strides;
        LibTorch.Check(LibTorch.GetStrides(tensor, &strides), "reading strides");
        return new ReadOnlySpan<long>(strides, Rank(tensor)).ToArray();
    }

    internal static Device DeviceOf(nint tensor)
    {
        int type, index;
        LibTorch.Check(LibTorch.GetDeviceType(tensor, &type), "reading a device");
        LibTorch.Check(LibTorch.GetDeviceIndex(tensor, &index), "reading a device");
        return new Device((DeviceType)type, type == (int)DeviceType.Cpu ? -1 : index);
    }

    /// <summary>Whether the elements lie without gaps, the dimensions in the given order, the last one densest.</summary>
    internal static bool IsDense(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, ReadOnlySpan<int> order)
    {
        if (sizes.Contains(0))
        {
            return true;
        }

        long expected = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            long size = sizes[order[i]];
            if (size != 1 && strides[order[i]] != expected)
            {
                return false;
            }

            expected *= size;
        }

        return true;
    }

    /// <summary>
    /// Whether elements of tensors of the same sizes lie at the same places: strides of dimensions of one element do not count.
    /// </summary>
    internal static bool LieAlike(ReadOnlySpan<long> sizes, ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] != 1 && left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }

    private static int Rank(nint tensor)
    {
        long rank;
        LibTorch.Check(LibTorch.GetDim(tensor, &rank), "reading a shape");
        return (int)rank;
    }
}
