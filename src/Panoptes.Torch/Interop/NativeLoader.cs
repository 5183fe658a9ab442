using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>Finds libtorch's libraries, loads them, and says what to do when they are missing or too old.</summary>
internal static class NativeLoader
{
    /// <summary>The environment variable that names another libtorch: its folder, or the one above its lib/.</summary>
    internal const string FolderVariable = "PANOPTES_LIBTORCH";

    // CUDA's kernels register themselves when their library is loaded; nothing refers to it by name.
    private static readonly string[] s_cuda = ["c10_cuda", "torch_cuda"];

    private static readonly Lazy<LoadedLibraries> s_loaded = new(() => Load(Folders()));

    /// <summary>The folder that libtorch was loaded from.</summary>
    internal static string Folder => s_loaded.Value.Folder;

    /// <summary>Whether libtorch's CUDA part is loaded.</summary>
    internal static bool HasCuda => s_loaded.Value.HasCuda;

    /// <summary>Whether the environment names the libtorch, so that it may be any.</summary>
    internal static bool IsNamed => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 };

    /// <summary>What to do about a libtorch that does not work.</summary>
    internal static string Advice => IsNamed
        ? $"Let {FolderVariable} name the folder of another libtorch, 2.10 or newer, or unset it to use the one of the package "
            + $"{PackageName()}."
        : $"Build again with the package {PackageName()}, or let {FolderVariable} name the folder of a libtorch 2.10 or newer that "
            + "works here.";

    internal static void Register() => NativeLibrary.SetDllImportResolver(
        typeof(NativeLoader).Assembly, (library, _, _) => library == LibTorch.Library ? Handle(library) : 0);

    /// <summary>One of libtorch's libraries.</summary>
    /// <param name="library"><c>c10</c> or <c>torch_cpu</c>.</param>
    internal static nint Handle(string library) => library == LibTorch.Library ? s_loaded.Value.Torch : s_loaded.Value.C10;

    /// <summary>A library's file name on this system.</summary>
    internal static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>Loads the libtorch in the first folder that has one.</summary>
    /// <exception cref="DllNotFoundException">
    /// There is none, or it cannot be loaded, or it is older than 2.10; the message says what to do.
    /// </exception>
    internal static LoadedLibraries Load(IReadOnlyList<string> folders)
    {
        string file = FileName(LibTorch.Library);
        string folder = folders.FirstOrDefault(f => File.Exists(Path.Combine(f, file)))
            ?? throw new DllNotFoundException(
                $"{file} was not found in {string.Join(", ", folders)}. Add the package {PackageName()} to the application, or let "
                + $"{FolderVariable} name the folder of libtorch 2.10 or newer (the one inside an installed PyTorch will do).");
        string path = Path.Combine(folder, file);
        NativeEnvironment.Prepare();
        try
        {
            nint c10 = NativeLibrary.Load(Path.Combine(folder, FileName("c10")));
            nint torch = NativeLibrary.Load(path);
            bool hasCuda = false;
            foreach (string library in s_cuda.Select(name => Path.Combine(folder, FileName(name))).Where(File.Exists))
            {
                NativeLibrary.Load(library);
                hasCuda = true;
            }

            return new LoadedLibraries(folder, c10, torch, hasCuda).Checked().Silenced();
        }
        catch (DllNotFoundException error)
        {
            // .NET's own words stand in the first line, the system's reason in the last.
            string reason = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim();
            throw new DllNotFoundException(
                $"{path} cannot be loaded: {reason}. Add the package {PackageName()} to the application, or let {FolderVariable} name the "
                + "folder of a libtorch 2.10 or newer that works here.",
                error);
        }
    }

    /// <summary>The package that holds libtorch for this system; there is none for Linux on Arm64 or macOS on x64.</summary>
    internal static string PackageName()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"libtorch-cpu-{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    /// <summary>Where a libtorch may lie; the folder that the environment names is the only one where it names one.</summary>
    internal static IReadOnlyList<string> Folders()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return [Path.Combine(named, "lib"), named];
        }

        // Next to the application, in the folders of its packages, and where a build without a system's name puts what is native.
        string ownFolder = Path.GetDirectoryName(typeof(NativeLoader).Assembly.Location) is { Length: > 0 } folder
            ? folder
            : AppContext.BaseDirectory;
        string[] known = ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string package = Path.Combine("runtimes", PackageName()["libtorch-cpu-".Length..], "native");
        return
        [
            .. new[] { ownFolder, AppContext.BaseDirectory }
                .Concat(known)
                .Concat([Path.Combine(ownFolder, package), Path.Combine(AppContext.BaseDirectory, package)])
                .Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f)))
                .Distinct(),
        ];
    }
}
