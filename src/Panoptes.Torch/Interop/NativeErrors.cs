using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>
/// What libtorch says of its own errors. Its C functions return only a code; the text goes to stderr with kilobytes of C++ frames, where
/// nobody looks for it, and is kept back unless <see cref="Variable"/> asks for it. From 2.13 on a function gives the text.
/// </summary>
internal static unsafe class NativeErrors
{
    /// <summary>The environment variable that lets libtorch write its own messages to stderr: set to anything but 0.</summary>
    internal const string Variable = "PANOPTES_LIBTORCH_MESSAGES";

    private static readonly delegate* unmanaged<byte*> s_what =
        NativeLibrary.TryGetExport(NativeLoader.Handle(LibTorch.Library), "torch_exception_get_what_without_backtrace", out nint address)
            ? (delegate* unmanaged<byte*>)address
            : null;

    /// <summary>Whether libtorch writes its own messages.</summary>
    internal static bool AreWritten => Environment.GetEnvironmentVariable(Variable) is not (null or "" or "0");

    /// <summary>libtorch's text of this thread's last error behind a colon, or how to see it.</summary>
    internal static string Text() => s_what is not null && Marshal.PtrToStringUTF8((nint)s_what()) is { Length: > 0 } text
        ? $": {text.Trim().ReplaceLineEndings(" ")}"
        : $" ({Variable}=1 lets libtorch write its own message to stderr)";
}
