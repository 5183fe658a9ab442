namespace Panoptes.Cli.Tests.Packaging;

/// <summary>A system that the tool is published for.</summary>
/// <param name="Id">Its runtime identifier.</param>
internal sealed record TargetSystem(string Id)
{
    // With the Visual C++ Redistributable, which install.md asks for.
    private static readonly HashSet<string> s_windows = new(StringComparer.OrdinalIgnoreCase)
    {
        "ADVAPI32.dll", "bcrypt.dll", "bcryptprimitives.dll", "CRYPT32.dll", "d3d12.dll", "dbghelp.dll", "DNSAPI.dll", "dxgi.dll",
        "GDI32.dll", "imagehlp.dll", "IPHLPAPI.DLL", "KERNEL32.dll", "MSIMG32.dll", "msvcrt.dll", "ntdll.dll", "ole32.dll",
        "OLEAUT32.dll", "PSAPI.DLL", "RPCRT4.dll", "SETUPAPI.dll", "SHELL32.dll", "SHLWAPI.dll", "USER32.dll", "USERENV.dll",
        "USP10.dll", "VERSION.dll", "WINTRUST.dll", "WS2_32.dll",
        "MSVCP140.dll", "MSVCP140_1.dll", "VCRUNTIME140.dll", "VCRUNTIME140_1.dll",
    };

    private static readonly HashSet<string> s_linux =
    [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libgcc_s.so.1", "libstdc++.so.6",
        "ld-linux-x86-64.so.2",
    ];

    private static readonly string[] s_mac = ["/usr/lib/", "/System/Library/"];

    private bool IsWindows => Id.StartsWith("win", StringComparison.Ordinal);

    private bool IsMac => Id.StartsWith("osx", StringComparison.Ordinal);

    /// <summary>A library's file name there, from its plain name.</summary>
    public string FileName(string library) => IsWindows ? $"{library}.dll" : IsMac ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>A C++ function's name there.</summary>
    public string NameOf(Torch.Interop.CppName name) => IsWindows ? name.Msvc : name.Itanium;

    /// <summary>Whether the system itself brings a library, by the name that another one is linked with.</summary>
    public bool Brings(string library) =>
        IsWindows ? s_windows.Contains(library) || library.StartsWith("api-ms-win-", StringComparison.OrdinalIgnoreCase)
        : IsMac ? s_mac.Any(folder => library.StartsWith(folder, StringComparison.Ordinal))
        : s_linux.Contains(library);

    /// <summary>Whether P/Invokes may name a library that the system itself brings.</summary>
    public bool HasFunctionsOf(string library) =>
        IsWindows ? library is "kernel32" or "kernel32.dll" or "psapi" or "ntdll" : library is "libc" or "libc.so.6" or "libSystem";

    /// <inheritdoc />
    public override string ToString() => Id;
}
