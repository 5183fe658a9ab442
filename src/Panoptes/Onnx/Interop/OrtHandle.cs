using System.Runtime.InteropServices;

namespace Panoptes.Onnx.Interop;

/// <summary>A native object, released once it is disposed and no call uses it any more.</summary>
internal sealed class OrtHandle : SafeHandle
{
    private readonly OrtKind _kind;

    public OrtHandle(OrtKind kind, nint value)
        : base(0, ownsHandle: true)
    {
        _kind = kind;
        SetHandle(value);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The native pointer; valid while the handle is neither disposed nor collected.</summary>
    public nint Value => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Ort.Release(_kind, handle);
        return true;
    }
}
