using Panoptes.Inference;

namespace Panoptes.Onnx;

/// <summary>
/// A network in an ONNX file that <c>panoptes export</c> wrote, run by ONNX Runtime (<see cref="OnnxRuntime"/> tells which package brings
/// its native library). Safe for several threads at once.
/// </summary>
/// <example><code>
/// using OnnxNetwork network = OnnxNetwork.Load("model.onnx");
/// using Segmenter segmenter = new(network);
/// Segmentation found = segmenter.Segment(Image.Load("image.jpg"));
/// </code></example>
public sealed class OnnxNetwork : INetwork
{
    /// <summary>The name of the network's one input: float [N, 3, H, W], the planes of <see cref="NetworkInput"/>.</summary>
    public const string InputName = "images";

    // The input's name in files that were exported as 0.1.0.
    private const string OldInputName = "pictures";

    private readonly OnnxSession _session;

    private OnnxNetwork(OnnxSession session, ModelCard card, ExecutionProvider provider, string? fallbackReason)
    {
        _session = session;
        Card = card;
        Provider = provider;
        FallbackReason = fallbackReason;
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <summary>What runs the network: the provider that was asked for, or the CPU after a fallback.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>Why the CPU runs the network and not the provider that was asked for, and what to do; null without a fallback.</summary>
    public string? FallbackReason { get; }

    /// <summary>Reads a network and the card in its metadata (key <see cref="ModelCard.MetadataKey"/>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="InputException">The file is missing, damaged, or not a model that Panoptes exported; a value of the options is not
    /// allowed; the provider cannot be used, and <see cref="OnnxOptions.Fallback"/> is false; or <see cref="OnnxRuntime.Variable"/> names
    /// no library.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime is not there, or too old; the message says what to do.</exception>
    public static OnnxNetwork Load(string path, OnnxOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new OnnxOptions();
        options.Validate();
        if (!File.Exists(path))
        {
            throw Directory.Exists(path)
                ? new InputException(InputErrorKind.Unreadable, path, null, "this is a folder; give an ONNX file in it")
                : new InputException(InputErrorKind.NotFound, path, null, "file not found");
        }

        return Load(path, options, settings => OnnxSession.Open(path, settings), () => OnnxHeader.Read(path));
    }

    /// <summary>Reads a network from a stream, from its position to its end; see <see cref="Load(string, OnnxOptions?)"/>.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <inheritdoc cref="Load(string, OnnxOptions?)" path="/exception"/>
    public static OnnxNetwork Load(Stream stream, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
        {
            byte[] model = new byte[stream.Length - stream.Position];
            stream.ReadExactly(model);
            return Load(model, options);
        }

        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return Load(copy.ToArray(), options);
    }

    /// <summary>Reads a network from memory; see <see cref="Load(string, OnnxOptions?)"/>.</summary>
    /// <param name="model">The whole file.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <inheritdoc cref="Load(string, OnnxOptions?)" path="/exception"/>
    public static OnnxNetwork Load(byte[] model, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new OnnxOptions();
        options.Validate();
        const string name = "the model in memory";
        return Load(name, options, settings => OnnxSession.Open(model, settings), () => OnnxHeader.Read(new MemoryStream(model), name));
    }

    private static OnnxNetwork Load(string name, OnnxOptions options, Func<OnnxOptions, OnnxSession> open, Func<OnnxHeader> readHeader)
    {
        string? problem = Providers.Missing(options.Provider, OnnxRuntime.Providers, OnnxRuntime.Version);
        OnnxSession? chosen = problem is null ? Open(name, options, open, out problem) : null;
        // A file that the CPU cannot run either is told as such.
        OnnxSession session = chosen ?? OpenOnCpu(name, options.Threads, open, readHeader);
        try
        {
            if (problem is not null && !options.Fallback)
            {
                throw InputException.ForSetting("OnnxOptions.Provider", problem);
            }

            ExecutionProvider provider = chosen is null ? ExecutionProvider.Cpu : options.Provider;
            return new OnnxNetwork(session, Check(session, name, readHeader()), provider, problem);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network cannot run on this input, or an output is not [N, C, H, W].</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed before.</exception>
    public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        TensorMemory[] tensors = _session.Run(
            input.Memory, [input.Images.Count, 3, input.Height, input.Width], cancellationToken); // [N, 3, H, W]
        Tensors owner = new(tensors);
        try
        {
            Dictionary<string, FeatureMap> maps = [];
            for (int i = 0; i < tensors.Length; i++)
            {
                string name = _session.Outputs[i].Name;
                maps.Add(name, Map(name, tensors[i]));
            }

            return new NetworkOutput(maps, owner);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Frees the network once the runs under way are done. Outputs stay valid.</summary>
    public void Dispose() => _session.Dispose();

    // Null where the provider cannot run it; the CPU is tried next, and knows better what a damaged file is.
    private static OnnxSession? Open(string path, OnnxOptions options, Func<OnnxOptions, OnnxSession> open, out string? problem)
    {
        problem = null;
        if (options.Provider == ExecutionProvider.Cpu) return null;
        try
        {
            return open(options);
        }
        catch (OrtException error)
        {
            string name = Providers.NameOf(options.Provider);
            problem = $"{name} cannot run {path} ({error.Message.TrimEnd('.')}). {Providers.NeedsOf(options.Provider)}";
            return null;
        }
    }

    private static OnnxSession OpenOnCpu(string path, int threads, Func<OnnxOptions, OnnxSession> open, Func<OnnxHeader> readHeader)
    {
        try
        {
            return open(new OnnxOptions { Threads = threads });
        }
        catch (OrtException error)
        {
            readHeader(); // knows what a file is that is not ONNX's at all
            throw new InputException(
                InputErrorKind.Damaged, path, null,
                $"this is not an ONNX file that can be run ({error.Message})",
                error);
        }
    }

    private static ModelCard Check(OnnxSession session, string path, OnnxHeader header)
    {
        // Not from the session: the managed package would keep all metadata, and fails at a key that is damaged.
        string json = header.Metadata.GetValueOrDefault(ModelCard.MetadataKey) ?? throw new InputException(
            InputErrorKind.Damaged, path, null,
            $"the metadata has no key '{ModelCard.MetadataKey}', so this is not a model that Panoptes exported");
        ModelCard card = ModelCard.Parse(json, $"{path}: model card");
        if (session.Inputs is not [{ Name: InputName or OldInputName, IsFloat: true }])
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"the network's input is {string.Join(", ", session.Inputs.Select(t => $"'{t.Name}'"))}; "
                + $"'{InputName}' alone, 32-bit floats [N, 3, H, W], was expected");
        }

        string[] missing = [.. card.ListOutputs().Except(session.Outputs.Select(t => t.Name))];
        if (missing.Length > 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"the network has no {string.Join(", ", missing)}, which its method {card.Method} needs");
        }

        return session.Outputs.FirstOrDefault(t => !t.IsFloat) is { } other
            ? throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"the network's output '{other.Name}' is not a tensor of 32-bit floats")
            : card;
    }

    private static FeatureMap Map(string name, TensorMemory tensor) => tensor.Shape is [long batch, long channels, long height, long width]
        ? new FeatureMap(tensor.Memory, (int)batch, (int)channels, (int)height, (int)width) // read where it lies
        : throw new InvalidOperationException(
            $"The network's output '{name}' is [{string.Join(", ", tensor.Shape)}]; [N, C, H, W] was expected.");

    private sealed class Tensors(TensorMemory[] tensors) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable tensor in tensors)
            {
                tensor.Dispose();
            }
        }
    }
}
