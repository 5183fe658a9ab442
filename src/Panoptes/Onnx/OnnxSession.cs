using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Panoptes.Onnx;

/// <summary>A network in ONNX Runtime: floats in, tensors out. Safe for several threads at once.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Lock? _oneRun; // held by each run where the provider takes only one at a time
    private readonly InferenceSession _session;
    private int _runs;
    private bool _isDisposed;

    private OnnxSession(InferenceSession session, bool oneRun)
    {
        _session = session;
        _oneRun = oneRun ? new Lock() : null;
        Inputs = [.. session.InputNames.Select(name => Describe(name, session.InputMetadata[name]))];
        Outputs = [.. session.OutputNames.Select(name => Describe(name, session.OutputMetadata[name]))];
    }

    /// <summary>What the network takes.</summary>
    public IReadOnlyList<OnnxTensor> Inputs { get; }

    /// <summary>What it gives.</summary>
    public IReadOnlyList<OnnxTensor> Outputs { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="OrtException">It holds no network that ONNX Runtime can run.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime cannot be used.</exception>
    public static OnnxSession Open(string path, OnnxOptions options) => Open(options, settings => new InferenceSession(path, settings));

    /// <summary>Reads a file's content.</summary>
    /// <inheritdoc cref="Open(string, OnnxOptions)"/>
    public static OnnxSession Open(byte[] model, OnnxOptions options) => Open(options, settings => new InferenceSession(model, settings));

    /// <summary>Runs the network, which must have one input.</summary>
    /// <param name="input">The values, used where they lie.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="cancellationToken">Stops the run after the operator that it is at.</param>
    /// <returns>A tensor in the process's memory for each of <see cref="Outputs"/>.</returns>
    /// <exception cref="OrtException">The run failed.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed before the run began.</exception>
    public TensorMemory[] Run(ReadOnlyMemory<float> input, long[] shape, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        try
        {
            _oneRun?.Enter();
            return RunBound(input, shape, cancellationToken);
        }
        catch (OnnxRuntimeException error)
        {
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException("The network was stopped.", error, cancellationToken)
                : new OrtException(error);
        }
        finally
        {
            _oneRun?.Exit();
            Leave();
        }
    }

    /// <summary>Frees the network once the runs under way are done.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_runs > 0)
            {
                return; // the last of them frees it
            }
        }

        _session.Dispose();
    }

    private unsafe TensorMemory[] RunBound(ReadOnlyMemory<float> input, long[] shape, CancellationToken cancellationToken)
    {
        using MemoryHandle pinned = input.Pin();
        using OrtValue value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)pinned.Pointer, (long)input.Length * sizeof(float));
        using RunOptions options = new();
        using OrtIoBinding binding = _session.CreateIoBinding();
        binding.BindInput(Inputs[0].Name, value);
        foreach (OnnxTensor output in Outputs)
        {
            // Made by the run, since sizes are not known before, in memory that can be read where it lies.
            binding.BindOutputToDevice(output.Name, OrtMemoryInfo.DefaultInstance);
        }

        using (cancellationToken.Register(static o => ((RunOptions)o!).Terminate = true, options))
        {
            binding.SynchronizeBoundInputs();
            _session.RunWithBinding(options, binding);
            binding.SynchronizeBoundOutputs();
        }

        return Own(binding.GetOutputValues());
    }

    private static TensorMemory[] Own(IDisposableReadOnlyCollection<OrtValue> tensors)
    {
        try
        {
            return [.. tensors.Select(tensor => new TensorMemory(tensor))];
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    private void Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _runs++;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _runs--;
            if (_runs > 0 || !_isDisposed)
            {
                return;
            }
        }

        _session.Dispose();
    }

    private static OnnxSession Open(OnnxOptions options, Func<SessionOptions, InferenceSession> create)
    {
        _ = OrtLibrary.Instance; // before any call of the managed package
        try
        {
            using SessionOptions settings = new();
            settings.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
            // ONNX Runtime's own choice would bind each thread to a core, also in a container that may not use that core.
            settings.IntraOpNumThreads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
            // A plan would be kept for each size of image. The arena stays: it is as large as the largest run needs.
            settings.EnableMemoryPattern = false;
            Providers.Append(settings, options);
            InferenceSession session = create(settings);
            try
            {
                return new OnnxSession(session, oneRun: options.Provider == ExecutionProvider.DirectMl);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (OnnxRuntimeException error)
        {
            throw new OrtException(error);
        }
    }

    private static OnnxTensor Describe(string name, NodeMetadata tensor) =>
        new(name, tensor.IsTensor && tensor.ElementDataType == TensorElementType.Float);
}
