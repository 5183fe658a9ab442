using System.Runtime.InteropServices;
using System.Text;

namespace Panoptes.Onnx.Interop;

/// <summary>
/// The part of ONNX Runtime's C API that Panoptes uses. The library exports one function, which gives a table of all others
/// (<c>OrtApi</c> in onnxruntime_c_api.h); that table only ever grows at its end, so that places in it stay what they are.
/// </summary>
internal static unsafe class Ort
{
    // The API of ONNX Runtime 1.16; every newer library serves it, and nothing newer is called.
    private const uint ApiVersion = 16;

    // ORT_LOGGING_LEVEL_FATAL: what goes wrong comes back as a status, and a library writes nothing to the console.
    private const int Silent = 4;

    private const int FloatElement = 1; // ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT

    private static readonly Lazy<Library> Loaded = new(Open);

    // As long as the process, as the library itself.
    private static readonly Lazy<nint> Environment = new(CreateEnvironment);
    private static readonly Lazy<nint> CpuMemory = new(CreateCpuMemoryInfo);

    /// <summary>The library's version.</summary>
    public static string Version => Loaded.Value.Version;

    /// <summary>Reads a network from a file.</summary>
    public static OrtHandle CreateSession(string path, OrtHandle options)
    {
        nint session;
        fixed (char* wide = path)
        fixed (byte* narrow = Text(path))
        {
            void* text = OperatingSystem.IsWindows() ? wide : narrow; // ORTCHAR_T
            Check(((delegate* unmanaged<nint, void*, nint, nint*, nint>)Function(7))(Environment.Value, text, options.Value, &session));
        }

        return new OrtHandle(OrtKind.Session, session);
    }

    /// <summary>Reads a network from memory, which is not used afterwards.</summary>
    public static OrtHandle CreateSessionFromArray(ReadOnlySpan<byte> model, OrtHandle options)
    {
        nint session;
        fixed (byte* bytes = model)
        {
            Check(((delegate* unmanaged<nint, void*, nuint, nint, nint*, nint>)Function(8))(
                Environment.Value, bytes, (nuint)model.Length, options.Value, &session));
        }

        return new OrtHandle(OrtKind.Session, session);
    }

    /// <summary>Runs a network. The arrays of names hold addresses of texts; values of outputs are made by the run.</summary>
    /// <returns>A value for each name of an output.</returns>
    public static OrtHandle[] Run(
        OrtHandle session, OrtHandle options, ReadOnlySpan<nint> inputNames, OrtHandle input, ReadOnlySpan<nint> outputNames)
    {
        nint* outputs = stackalloc nint[outputNames.Length];
        new Span<nint>(outputs, outputNames.Length).Clear();
        nint value = input.Value;
        fixed (nint* inputs = inputNames, names = outputNames)
        {
            Check(((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)Function(9))(
                session.Value, options.Value, inputs, &value, 1, names, (nuint)outputNames.Length, outputs));
        }

        OrtHandle[] values = new OrtHandle[outputNames.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new OrtHandle(OrtKind.Value, outputs[i]);
        }

        return values;
    }

    /// <summary>Makes options of a session that writes no messages.</summary>
    public static OrtHandle CreateSessionOptions()
    {
        nint options;
        Check(((delegate* unmanaged<nint*, nint>)Function(10))(&options));
        OrtHandle handle = new(OrtKind.SessionOptions, options);
        Check(((delegate* unmanaged<nint, int, nint>)Function(22))(options, Silent)); // SetSessionLogSeverityLevel
        return handle;
    }

    /// <summary>Plans no memory for the shapes that it has seen.</summary>
    public static void DisableMemPattern(OrtHandle options) =>
        Check(((delegate* unmanaged<nint, nint>)Function(17))(options.Value));

    /// <summary>Sets the number of threads inside an operator.</summary>
    public static void SetIntraOpNumThreads(OrtHandle options, int threads) =>
        Check(((delegate* unmanaged<nint, int, nint>)Function(24))(options.Value, threads));

    /// <summary>The inputs of a network.</summary>
    public static OnnxTensor[] Inputs(OrtHandle session) => Tensors(session, count: 30, typeInfo: 33, name: 36);

    /// <summary>The outputs of a network.</summary>
    public static OnnxTensor[] Outputs(OrtHandle session) => Tensors(session, count: 31, typeInfo: 34, name: 37);

    /// <summary>Makes options of one run.</summary>
    public static OrtHandle CreateRunOptions()
    {
        nint options;
        Check(((delegate* unmanaged<nint*, nint>)Function(39))(&options));
        return new OrtHandle(OrtKind.RunOptions, options);
    }

    /// <summary>Lets the runs with these options fail as soon as they can.</summary>
    public static void RunOptionsSetTerminate(OrtHandle options) =>
        Check(((delegate* unmanaged<nint, nint>)Function(46))(options.Value));

    /// <summary>Makes a tensor of floats that lie at a place which must stay there as long as the tensor.</summary>
    public static OrtHandle CreateTensorWithDataAsOrtValue(float* data, long count, ReadOnlySpan<long> shape)
    {
        nint value;
        fixed (long* sizes = shape)
        {
            Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)Function(49))(
                CpuMemory.Value, data, (nuint)(count * sizeof(float)), sizes, (nuint)shape.Length, FloatElement, &value));
        }

        return new OrtHandle(OrtKind.Value, value);
    }

    /// <summary>Where a tensor's values lie; they are its own.</summary>
    public static float* GetTensorMutableData(OrtHandle value)
    {
        float* data;
        Check(((delegate* unmanaged<nint, float**, nint>)Function(51))(value.Value, &data));
        return data;
    }

    /// <summary>The sizes of a tensor.</summary>
    public static long[] GetDimensions(OrtHandle value)
    {
        nint info;
        Check(((delegate* unmanaged<nint, nint*, nint>)Function(65))(value.Value, &info)); // GetTensorTypeAndShape
        using OrtHandle owner = new(OrtKind.TensorInfo, info);
        nuint rank;
        Check(((delegate* unmanaged<nint, nuint*, nint>)Function(61))(info, &rank)); // GetDimensionsCount
        long[] sizes = new long[rank];
        fixed (long* first = sizes)
        {
            Check(((delegate* unmanaged<nint, long*, nuint, nint>)Function(62))(info, first, rank));
        }

        return sizes;
    }

    /// <summary>A text of a network's metadata; null where it has none under the key.</summary>
    public static string? LookupMetadata(OrtHandle session, string key)
    {
        nint metadata;
        Check(((delegate* unmanaged<nint, nint*, nint>)Function(111))(session.Value, &metadata)); // SessionGetModelMetadata
        using OrtHandle owner = new(OrtKind.ModelMetadata, metadata);
        nint text;
        nint allocator = GetAllocatorWithDefaultOptions();
        fixed (byte* name = Text(key))
        {
            // ModelMetadataLookupCustomMetadataMap
            Check(((delegate* unmanaged<nint, nint, byte*, nint*, nint>)Function(116))(metadata, allocator, name, &text));
        }

        return TakeText(allocator, text);
    }

    /// <summary>Releases an object.</summary>
    public static void Release(OrtKind kind, nint value) => ((delegate* unmanaged<nint, void>)Function((int)kind))(value);

    /// <summary>A text as the API takes it.</summary>
    public static byte[] Text(string text)
    {
        // Pinned, so that an address stays right as long as the array is kept.
        byte[] bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    private static OnnxTensor[] Tensors(OrtHandle session, int count, int typeInfo, int name)
    {
        nuint length;
        Check(((delegate* unmanaged<nint, nuint*, nint>)Function(count))(session.Value, &length));
        OnnxTensor[] tensors = new OnnxTensor[length];
        nint allocator = GetAllocatorWithDefaultOptions();
        for (nuint i = 0; i < length; i++)
        {
            nint text;
            Check(((delegate* unmanaged<nint, nuint, nint, nint*, nint>)Function(name))(session.Value, i, allocator, &text));
            string found = TakeText(allocator, text) ?? "";
            nint type;
            Check(((delegate* unmanaged<nint, nuint, nint*, nint>)Function(typeInfo))(session.Value, i, &type));
            using OrtHandle owner = new(OrtKind.TypeInfo, type);
            tensors[i] = new OnnxTensor(found, ElementType(type) == FloatElement);
        }

        return tensors;
    }

    // 0 where it is no tensor but a sequence or a map.
    private static int ElementType(nint typeInfo)
    {
        nint info;
        Check(((delegate* unmanaged<nint, nint*, nint>)Function(55))(typeInfo, &info)); // CastTypeInfoToTensorInfo, a part of it
        int element = 0;
        if (info != 0)
        {
            Check(((delegate* unmanaged<nint, int*, nint>)Function(60))(info, &element)); // GetTensorElementType
        }

        return element;
    }

    private static nint CreateEnvironment()
    {
        nint environment;
        fixed (byte* name = Text("panoptes"))
        {
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)Function(3))(Silent, name, &environment)); // CreateEnv
        }

        Check(((delegate* unmanaged<nint, nint>)Function(6))(environment)); // DisableTelemetryEvents: Windows' builds send some
        return environment;
    }

    private static nint CreateCpuMemoryInfo()
    {
        nint memory;
        Check(((delegate* unmanaged<int, int, nint*, nint>)Function(69))(0, 0, &memory)); // OrtDeviceAllocator, OrtMemTypeDefault
        return memory;
    }

    // The same one each time, never released.
    private static nint GetAllocatorWithDefaultOptions()
    {
        nint allocator;
        Check(((delegate* unmanaged<nint*, nint>)Function(78))(&allocator));
        return allocator;
    }

    private static string? TakeText(nint allocator, nint text)
    {
        string? taken = Marshal.PtrToStringUTF8(text);
        if (text != 0)
        {
            Check(((delegate* unmanaged<nint, nint, nint>)Function(76))(allocator, text)); // AllocatorFree
        }

        return taken;
    }

    // A status is null where all went well.
    private static void Check(nint status)
    {
        if (status != 0)
        {
            string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)Function(2))(status)) ?? ""; // GetErrorMessage
            ((delegate* unmanaged<nint, void>)Function(93))(status); // ReleaseStatus
            throw new OrtException(message);
        }
    }

    private static nint Function(int place) => Loaded.Value.Functions[place];

    private static Library Open()
    {
        if (!NativeLibrary.TryGetExport(OrtLoader.Load(), "OrtGetApiBase", out nint entry))
        {
            throw new DllNotFoundException("The library that was found as ONNX Runtime has no function OrtGetApiBase.");
        }

        nint* start = ((delegate* unmanaged<nint*>)entry)(); // OrtApiBase: GetApi, GetVersionString
        string version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)start[1])()) ?? "";
        nint* functions = ((delegate* unmanaged<uint, nint*>)start[0])(ApiVersion);
        return functions is not null
            ? new Library(version, functions)
            : throw new DllNotFoundException(
                $"ONNX Runtime {version} is too old: 1.{ApiVersion} or newer is needed. {OnnxRuntime.Variable} may name another library.");
    }

    private sealed class Library(string version, nint* functions)
    {
        public string Version => version;

        public nint* Functions => functions;
    }
}
