using System.Buffers;
using System.Runtime.InteropServices;
using Panoptes.Onnx.Interop;

namespace Panoptes.Onnx;

/// <summary>A network in ONNX Runtime: floats in, tensors out. Safe for several threads at once.</summary>
internal sealed unsafe class OnnxSession : IDisposable
{
    private readonly OrtHandle _session;
    private readonly byte[][] _texts; // what the addresses point to
    private readonly nint[] _inputNames;
    private readonly nint[] _outputNames;

    private OnnxSession(OrtHandle session)
    {
        _session = session;
        Inputs = Ort.Inputs(session);
        Outputs = Ort.Outputs(session);
        byte[][] inputs = [.. Inputs.Select(t => Ort.Text(t.Name))], outputs = [.. Outputs.Select(t => Ort.Text(t.Name))];
        _inputNames = [.. inputs.Select(Address)];
        _outputNames = [.. outputs.Select(Address)];
        _texts = [.. inputs, .. outputs];
    }

    /// <summary>What the network takes.</summary>
    public IReadOnlyList<OnnxTensor> Inputs { get; }

    /// <summary>What it gives.</summary>
    public IReadOnlyList<OnnxTensor> Outputs { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads inside an operator; 0 for all cores.</param>
    /// <exception cref="OrtException">It holds no network that ONNX Runtime can run.</exception>
    public static OnnxSession Open(string path, int threads) => Open(threads, options => Ort.CreateSession(path, options));

    /// <summary>Reads a file's content.</summary>
    /// <inheritdoc cref="Open(string, int)"/>
    public static OnnxSession Open(ReadOnlyMemory<byte> model, int threads) =>
        Open(threads, options => Ort.CreateSessionFromArray(model.Span, options));

    /// <summary>A text of the file's metadata; null where there is none.</summary>
    public string? Metadata(string key) => Ort.LookupMetadata(_session, key);

    /// <summary>Runs the network, which must have one input.</summary>
    /// <param name="input">The values, used where they lie.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="cancellationToken">Stops the run after the operator that it is at.</param>
    /// <returns>A tensor for each of <see cref="Outputs"/>.</returns>
    /// <exception cref="OrtException">The run failed.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed before the run began.</exception>
    public OrtHandle[] Run(ReadOnlyMemory<float> input, ReadOnlySpan<long> shape, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool inUse = false;
        try
        {
            _session.DangerousAddRef(ref inUse); // whoever disposes it meanwhile does so after the run
            using MemoryHandle pinned = input.Pin();
            using OrtHandle value = Ort.CreateTensorWithDataAsOrtValue((float*)pinned.Pointer, input.Length, shape);
            using OrtHandle options = Ort.CreateRunOptions();
            using CancellationTokenRegistration stop =
                cancellationToken.Register(static o => Ort.RunOptionsSetTerminate((OrtHandle)o!), options);
            return Ort.Run(_session, options, _inputNames, value, _outputNames);
        }
        catch (OrtException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The network's run was stopped.", error, cancellationToken);
        }
        finally
        {
            GC.KeepAlive(_texts);
            if (inUse)
            {
                _session.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static OnnxSession Open(int threads, Func<OrtHandle, OrtHandle> create)
    {
        using OrtHandle options = Ort.CreateSessionOptions();
        // ONNX Runtime's own choice would bind each thread to a core, also in a container that may not use that core.
        Ort.SetIntraOpNumThreads(options, threads > 0 ? threads : Environment.ProcessorCount);
        // A plan would be kept for each size of picture. The arena stays: it is as large as the largest run needs.
        Ort.DisableMemPattern(options);
        OrtHandle session = create(options);
        try
        {
            return new OnnxSession(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static nint Address(byte[] text) => (nint)Marshal.UnsafeAddrOfPinnedArrayElement(text, 0);
}
