using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>A libtorch in this process.</summary>
/// <param name="Folder">Where its libraries lie.</param>
/// <param name="C10">The library c10.</param>
/// <param name="Torch">The library torch_cpu.</param>
/// <param name="HasCuda">Whether its part for NVIDIA GPUs was there.</param>
internal sealed record LoadedLibraries(string Folder, nint C10, nint Torch, bool HasCuda)
{
    private const int LeastMinor = 10;

    /// <summary>Checks that it is new enough and exports what no version promises.</summary>
    /// <exception cref="DllNotFoundException">It does not; the message says what is missing and what to do.</exception>
    internal unsafe LoadedLibraries Checked()
    {
        string advice =
            $"Add the package {NativeLoader.PackageName()}, or let {NativeLoader.FolderVariable} name a libtorch 2.10 or newer.";
        if (!NativeLibrary.TryGetExport(Torch, "aoti_torch_abi_version", out nint address))
        {
            throw new DllNotFoundException($"{Folder}: this libtorch is older than 2.10. {advice}");
        }

        (int major, int minor, _) = Parts(((delegate* unmanaged<ulong>)address)());
        if (major < 2 || (major == 2 && minor < LeastMinor))
        {
            throw new DllNotFoundException($"{Folder}: this is libtorch {major}.{minor}. {advice}");
        }

        string[] missing = [.. CppName.All.Where(n => !NativeLibrary.TryGetExport(HandleOf(n), n.Here, out _)).Select(n => n.Here)];
        return missing.Length == 0
            ? this
            : throw new DllNotFoundException(
                $"{Folder}: libtorch {major}.{minor} is missing the functions {string.Join(", ", missing)}. {advice}");
    }

    /// <summary>Major, minor and patch of a version as libtorch packs it.</summary>
    internal static (int Major, int Minor, int Patch) Parts(ulong version) =>
        ((int)(version >> 56), (int)(version >> 48) & 255, (int)(version >> 40) & 255);

    /// <summary>Keeps libtorch from writing to stderr what becomes an exception here.</summary>
    internal unsafe LoadedLibraries Silenced()
    {
        const int fatalOnly = 3;
        if (!NativeErrors.AreWritten)
        {
            *(int*)NativeLibrary.GetExport(HandleOf(CppName.LogLevel), CppName.LogLevel.Here) = fatalOnly;
        }

        return this;
    }

    private nint HandleOf(CppName name) => name.Library == LibTorch.Library ? Torch : C10;
}
