using Panoptes.Torch.Interop;

namespace Panoptes.Torch;

/// <summary>
/// Lets operators that gain from it (convolutions, matrix products) compute in a 16-bit type on this thread until it is disposed of, and
/// those that need it (norms, losses) in 32 bits; libtorch decides operator by operator. Weights stay as they are.
/// </summary>
/// <remarks>
/// Put one around each forward pass, not around a whole training: converted weights are kept until the outermost region ends, so a change
/// of the weights within one would go unseen. The backward pass needs none.
/// </remarks>
public sealed class Autocast : IDisposable
{
    private readonly int _device;
    private readonly int _enabledBefore;
    private readonly int _typeBefore;
    private bool _disposed;

    /// <summary>Begins a region.</summary>
    /// <param name="device">Operators on this kind of device are meant.</param>
    /// <param name="dtype">The type to compute in: <see cref="DType.BFloat16"/>, on GPUs also <see cref="DType.Float16"/>.</param>
    /// <exception cref="ArgumentException">The device does not compute in that type.</exception>
    public unsafe Autocast(DeviceType device, DType dtype)
    {
        if (dtype != DType.BFloat16 && (dtype != DType.Float16 || device == DeviceType.Cpu))
        {
            string allowed = device == DeviceType.Cpu ? "BFloat16" : "BFloat16 or Float16";
            throw new ArgumentException($"autocast on {device} computes in {allowed}, not in {dtype}", nameof(dtype));
        }

        _device = (int)device;
        int enabled, type;
        Native.Check(Native.AutocastState(_device, &enabled, &type));
        (_enabledBefore, _typeBefore) = (enabled, type);
        Native.Check(Native.SetAutocast(_device, 1, (int)dtype));
    }

    /// <summary>Ends the region on the thread that began it.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Native.Check(Native.SetAutocast(_device, _enabledBefore, _typeBefore));
        }
    }
}
