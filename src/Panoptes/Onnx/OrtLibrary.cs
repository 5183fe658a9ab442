using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Panoptes.Onnx;

/// <summary>The native library behind the managed package: found, checked and made ready once for the process.</summary>
internal sealed class OrtLibrary
{
    private static readonly Lazy<OrtLibrary> s_instance = new(Open);

    private OrtLibrary(string version, IReadOnlyList<ExecutionProvider> providers)
    {
        Version = version;
        Providers = providers;
    }

    /// <summary>The library.</summary>
    /// <inheritdoc cref="OnnxRuntime.Version" path="/exception"/>
    public static OrtLibrary Instance => s_instance.Value;

    /// <summary>Its version.</summary>
    public string Version { get; }

    /// <summary>The providers that it was built with.</summary>
    public IReadOnlyList<ExecutionProvider> Providers { get; }

    /// <summary>Its file; null where the system does not tell.</summary>
    public string? Path { get; } = FindModule();

    /// <summary>What a library that is too old means for the user; null where it is new enough.</summary>
    /// <param name="found">The version of the native library.</param>
    /// <param name="needed">The version of the managed package.</param>
    public static string? TooOld(string found, Version needed)
    {
        // A library serves its own version of the interface and all before; only a new minor version has a new one.
        Version least = new(needed.Major, needed.Minor);
        string core = found.Split('-', '+')[0];
        return System.Version.TryParse(core, out Version? version) && version < least
            ? $"ONNX Runtime {found} is too old: {least} or newer is needed. Add version {needed.ToString(3)} or newer of the NuGet "
                + $"package {OrtLoader.Package}, or of the one that brings its GPU build, to the application."
            : null;
    }

    private static OrtLibrary Open()
    {
        Assembly package = typeof(OrtEnv).Assembly;
        nint library = OrtLoader.Load(package);
        if (TooOld(VersionOf(library), package.GetName().Version!) is { } problem)
        {
            throw new DllNotFoundException(problem);
        }

        try
        {
            // From here on the managed package calls this library, unless the application chose one before.
            OrtEnv.DisableDllImportResolver = true;
            NativeLibrary.SetDllImportResolver(package, (name, _, _) => name == "onnxruntime" ? library : 0);
        }
        catch (InvalidOperationException)
        {
        }

        try
        {
            OrtEnv environment = CreateEnvironment();
            return new OrtLibrary(environment.GetVersionString(), Onnx.Providers.Parse(environment.GetAvailableProviders()));
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            string reason = (error.InnerException ?? error).Message.Split('\n')[0].Trim();
            throw new DllNotFoundException($"ONNX Runtime cannot be used: {reason} Add the NuGet package {OrtLoader.Package}.", error);
        }
    }

    // The application's own environment stays what it is.
    private static OrtEnv CreateEnvironment()
    {
        if (OrtEnv.IsCreated)
        {
            return OrtEnv.Instance();
        }

        // What goes wrong comes back as an error: a library writes nothing to the console.
        EnvironmentCreationOptions options = new() { logId = "panoptes", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        OrtEnv environment = OrtEnv.CreateInstanceWithOptions(ref options);
        environment.DisableTelemetryEvents(); // Windows' builds send some
        return environment;
    }

    // OrtApiBase: GetApi, GetVersionString. Asked here, since the managed package would print its complaint about an old library.
    private static unsafe string VersionOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint entry))
        {
            throw new DllNotFoundException(
                "The library that was found as ONNX Runtime is another one: it has no function OrtGetApiBase. Add the NuGet package "
                + $"{OrtLoader.Package} to the application, or let {OnnxRuntime.Variable} name the library.");
        }

        nint* start = ((delegate* unmanaged<nint*>)entry)();
        return Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)start[1])()) ?? "";
    }

    private static string? FindModule()
    {
        using Process process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .FirstOrDefault(module => OrtLoader.IsLibrary(System.IO.Path.GetFileName(module.FileName)))?.FileName;
    }
}
