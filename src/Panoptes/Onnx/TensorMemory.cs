using System.Buffers;
using Panoptes.Onnx.Interop;

namespace Panoptes.Onnx;

/// <summary>The values of a tensor of ONNX Runtime where they lie; disposing releases the tensor.</summary>
internal sealed unsafe class TensorMemory : MemoryManager<float>
{
    private readonly OrtHandle _tensor;
    private readonly float* _data;
    private readonly int _length;

    /// <param name="tensor">A tensor of floats, which belongs to this object from here on.</param>
    /// <param name="length">How many it has.</param>
    public TensorMemory(OrtHandle tensor, int length)
    {
        _tensor = tensor;
        _data = Ort.GetTensorMutableData(tensor);
        _length = length;
    }

    /// <inheritdoc/>
    public override Span<float> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_tensor.IsClosed, this);
        return new Span<float>(_data, _length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_tensor.IsClosed, this);
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
            _tensor.Dispose();
        }
    }
}
