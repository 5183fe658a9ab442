using Panoptes.Inference;
using Panoptes.Onnx.Interop;

namespace Panoptes.Onnx;

/// <summary>
/// A network in an ONNX file that <c>panoptes export</c> wrote, run by ONNX Runtime on the processor (<see cref="OnnxRuntime"/> tells where
/// that library is looked for). Safe for several threads at once.
/// </summary>
/// <example><code>
/// using OnnxNetwork network = OnnxNetwork.Load("model.onnx");
/// Segmentation found = new Segmenter(network).Segment(Image.Load("picture.jpg"));
/// </code></example>
public sealed class OnnxNetwork : INetwork
{
    /// <summary>The name of the network's one input: float [N, 3, H, W], the planes of <see cref="NetworkInput"/>.</summary>
    public const string InputName = "pictures";

    private readonly OnnxSession _session;

    private OnnxNetwork(OnnxSession session, ModelCard card)
    {
        _session = session;
        Card = card;
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <summary>Reads a network and the card in its metadata (key <see cref="ModelCard.MetadataKey"/>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="InputException">The file is missing, damaged, or not a model that Panoptes exported; a value of the options is not
    /// allowed; or <see cref="OnnxRuntime.Variable"/> names no library.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime is not there, or too old; the message says what to do.</exception>
    public static OnnxNetwork Load(string path, OnnxOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new OnnxOptions();
        options.Validate();
        if (!File.Exists(path))
        {
            throw new InputException(Directory.Exists(path)
                ? $"{path}: this is a folder; give an ONNX file in it"
                : $"{path}: there is no such file");
        }

        OnnxSession session = Open(path, options);
        try
        {
            return new OnnxNetwork(session, Check(session, path));
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
        OrtHandle[] tensors = _session.Run(
            input.Memory, [input.Pictures.Count, 3, input.Height, input.Width], cancellationToken); // [N, 3, H, W]
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

    private static OnnxSession Open(string path, OnnxOptions options)
    {
        try
        {
            return OnnxSession.Open(path, options.Threads);
        }
        catch (OrtException error)
        {
            throw new InputException($"{path}: this is not an ONNX file that can be run ({error.Message})", error);
        }
    }

    private static ModelCard Check(OnnxSession session, string path)
    {
        string json = session.Metadata(ModelCard.MetadataKey) ?? throw new InputException(
            $"{path}: the metadata has no key '{ModelCard.MetadataKey}', so this is not a model that Panoptes exported");
        ModelCard card = ModelCard.Parse(json, $"{path}: model card");
        if (session.Inputs is not [{ Name: InputName, IsFloat: true }])
        {
            throw new InputException(
                $"{path}: the network's input is {string.Join(", ", session.Inputs.Select(t => $"'{t.Name}'"))}; "
                + $"'{InputName}' alone, 32-bit floats [N, 3, H, W], was expected");
        }

        string[] missing = [.. OutputNames.Of(card).Except(session.Outputs.Select(t => t.Name))];
        if (missing.Length > 0)
        {
            throw new InputException($"{path}: the network lacks {string.Join(", ", missing)}, which its method {card.Method} needs");
        }

        return session.Outputs.FirstOrDefault(t => !t.IsFloat) is { } other
            ? throw new InputException($"{path}: the network's output '{other.Name}' is no tensor of 32-bit floats")
            : card;
    }

    private static FeatureMap Map(string name, OrtHandle tensor)
    {
        long[] shape = Ort.GetDimensions(tensor);
        if (shape.Length != 4)
        {
            throw new InvalidOperationException(
                $"The network's output '{name}' is [{string.Join(", ", shape)}]; [N, C, H, W] was expected.");
        }

        // The map reads the tensor where it lies; the output's owner releases it.
        int length = checked((int)(shape[0] * shape[1] * shape[2] * shape[3]));
        return new FeatureMap(
            new TensorMemory(tensor, length).Memory, (int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);
    }

    private sealed class Tensors(OrtHandle[] tensors) : IDisposable
    {
        public void Dispose()
        {
            foreach (OrtHandle tensor in tensors)
            {
                tensor.Dispose();
            }
        }
    }
}
