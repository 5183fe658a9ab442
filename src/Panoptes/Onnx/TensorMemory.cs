using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Panoptes.Onnx;

/// <summary>The values of a tensor of ONNX Runtime where they lie; disposing releases the tensor.</summary>
internal sealed unsafe class TensorMemory : MemoryManager<float>
{
    private readonly OrtValue _tensor;
    private readonly float* _data;
    private readonly int _length;
    private bool _isDisposed;

    /// <param name="tensor">A tensor of floats, which belongs to this object from here on.</param>
    /// <exception cref="InvalidOperationException">It is larger than the managed package can give a span of: 2 GiB.</exception>
    public TensorMemory(OrtValue tensor)
    {
        _tensor = tensor;
        Shape = tensor.GetTensorTypeAndShape().Shape;
        if (tensor.GetTensorSizeInBytes() > int.MaxValue)
        {
            throw new InvalidOperationException(
                $"An output of the network is too large ([{string.Join(", ", Shape)}]). Run fewer or smaller images at once.");
        }

        Span<float> values = tensor.GetTensorMutableDataAsSpan<float>();
        _data = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
        _length = values.Length;
    }

    /// <summary>The sizes.</summary>
    public long[] Shape { get; }

    /// <inheritdoc/>
    public override Span<float> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new Span<float>(_data, _length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new MemoryHandle(_data + elementIndex, pinnable: this);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
        // It never moves.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _isDisposed = true;
            _tensor.Dispose();
        }
    }
}
