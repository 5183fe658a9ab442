using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>
/// The few functions of libtorch's C++ interface that its C interface has no. Each takes and gives plain numbers and pointers, so that no
/// C++ object crosses.
/// </summary>
internal static unsafe class CppFunctions
{
    private static readonly delegate* unmanaged<nint, nint> s_mutableGrad = (delegate* unmanaged<nint, nint>)Find(CppName.MutableGrad);
    private static readonly delegate* unmanaged<nint, byte> s_requiresGrad = (delegate* unmanaged<nint, byte>)Find(CppName.RequiresGrad);
    private static readonly delegate* unmanaged<int, void> s_setThreads = (delegate* unmanaged<int, void>)Find(CppName.SetThreads);
    private static readonly delegate* unmanaged<byte> s_hasMklDnn = (delegate* unmanaged<byte>)Find(CppName.HasMklDnn);
    private static readonly delegate* unmanaged<byte, byte> s_setFlushDenormal =
        (delegate* unmanaged<byte, byte>)Find(CppName.SetFlushDenormal);

    /// <summary>The <c>at::Tensor</c> that holds a leaf's gradient, undefined where there is none; the leaf owns it.</summary>
    internal static nint MutableGrad(nint tensor) => s_mutableGrad(Implementation(tensor));

    internal static bool RequiresGrad(nint tensor) => s_requiresGrad(Implementation(tensor)) != 0;

    internal static void SetThreads(int count) => s_setThreads(count);

    internal static bool SetFlushDenormal(bool value) => s_setFlushDenormal(value ? (byte)1 : (byte)0) != 0;

    internal static bool HasMklDnn() => s_hasMklDnn() != 0;

    /// <summary>The object behind a handle: the same for all handles of one tensor. <c>at::Tensor</c> is a pointer to it.</summary>
    internal static nint Implementation(nint tensor) => *(nint*)tensor;

    private static nint Find(CppName name) => NativeLibrary.GetExport(NativeLoader.Handle(name.Library), name.Here);
}
