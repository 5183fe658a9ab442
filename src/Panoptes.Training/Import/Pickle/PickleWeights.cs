using System.IO.Compression;
using System.Numerics;
using Panoptes.Torch;

namespace Panoptes.Training.Import.Pickle;

/// <summary>
/// The tensors of a file that PyTorch or a pickle of NumPy arrays made: torch.save's ZIP archive and the pickles that it wrote before 1.6,
/// detectron2's .pkl. Of a training's checkpoint the network is read.
/// </summary>
internal sealed class PickleWeights : WeightFile
{
    private const string MagicNumber = "119547037146038801333356"; // 0x1950a86a20f9469cfc6c, which begins torch.save's older files

    /// <summary>Where trainers keep the network in a checkpoint; Caffe2's in "blobs".</summary>
    private static readonly string[] s_places = ["model", "state_dict", "model_state_dict", "model_state", "net", "weights", "blobs"];

    private readonly FileStream _stream;
    private readonly ZipArchive? _archive;
    private readonly string _folder;
    private readonly Dictionary<string, long> _offsets;
    private readonly Dictionary<string, StoredTensor> _tensors = [];

    private PickleWeights(
        string path, FileStream stream, ZipArchive? archive, string folder, object? content, Dictionary<string, long> offsets)
    {
        (Path, _stream, _archive, _folder, _offsets) = (path, stream, archive, folder, offsets);
        Collect(content);
        Shapes = _tensors.ToDictionary(tensor => tensor.Key, tensor => (IReadOnlyList<long>)tensor.Value.Shape);
    }

    /// <inheritdoc />
    public override string Path { get; }

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It does not exist, is damaged, holds no tensors, or asks for what weights do not need.</exception>
    public static PickleWeights From(string path)
    {
        FileStream stream = InputFile.Open(path);
        try
        {
            bool isArchive = stream.ReadByte() == 'P';
            stream.Position = 0;
            PickleWeights weights = isArchive ? OpenArchive(path, stream) : OpenPickle(path, stream);
            return weights._tensors.Count > 0
                ? weights
                : throw new InputException(
                    InputErrorKind.Unsupported, path, null, "holds no tensors by name; a state_dict or a checkpoint was expected.");
        }
        catch (InputException error) when (error.File is null)
        {
            stream.Dispose();
            throw error.InFile(path);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or OverflowException)
        {
            stream.Dispose();
            throw new InputException(
                InputErrorKind.Damaged, path, null, $"cannot be read as weights: {error.Message.TrimEnd('.')}.", error);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override Tensor Load(string name)
    {
        StoredTensor tensor = _tensors[name];
        try
        {
            return tensor.ToTensor(tensor.Storage.Data ?? Read(tensor.Storage));
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or OverflowException or ArgumentException)
        {
            throw new InputException(InputErrorKind.Damaged, Path, name, $"cannot be read ({error.Message.TrimEnd('.')}).", error);
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _archive?.Dispose();
        _stream.Dispose();
    }

    private static PickleWeights OpenArchive(string path, FileStream stream)
    {
        ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
        ZipArchiveEntry entry = archive.Entries.FirstOrDefault(e => e.Name == "data.pkl")
            ?? throw new InvalidDataException("the archive has no data.pkl");
        string folder = entry.FullName[..^"data.pkl".Length];
        if (archive.GetEntry(folder + "byteorder") is { } order && ReadAll(order) is [(byte)'b', ..])
        {
            throw new InvalidDataException("it was written with another byte order (big-endian)");
        }

        using MemoryStream pickle = new(ReadAll(entry));
        return new PickleWeights(path, stream, archive, folder, new PickleReader(pickle, Storage).Read(), []);
    }

    private static PickleWeights OpenPickle(string path, FileStream stream)
    {
        object? content = new PickleReader(stream).Read();
        if (content is not BigInteger magic || magic != BigInteger.Parse(MagicNumber, System.Globalization.CultureInfo.InvariantCulture))
        {
            return new PickleWeights(path, stream, null, "", content, []);
        }

        _ = new PickleReader(stream).Read(); // the version
        _ = new PickleReader(stream).Read(); // the machine
        Dictionary<string, PickleStorage> storages = [];
        content = new PickleReader(stream, id =>
        {
            PickleStorage storage = Storage(id);
            storages[storage.Key] = storage;
            return storage;
        }).Read();
        if (new PickleReader(stream).Read() is not List<object?> keys)
        {
            throw new InvalidDataException("it has no list of storages");
        }

        // Each storage: eight bytes of its length, then its numbers.
        Dictionary<string, long> offsets = [];
        foreach (string key in keys.OfType<string>())
        {
            PickleStorage storage = storages.GetValueOrDefault(key) ?? throw new InvalidDataException($"nothing uses the storage '{key}'");
            offsets[key] = stream.Position + sizeof(long);
            stream.Position = checked(offsets[key] + storage.Length);
            if (stream.Position > stream.Length)
            {
                throw new EndOfStreamException("it is cut off");
            }
        }

        return new PickleWeights(path, stream, null, "", content, offsets);
    }

    // ('storage', type, key, device, count[, view])
    private static PickleStorage Storage(object? id) =>
        id is object?[] { Length: >= 5 } parts && parts is ["storage", PickleGlobal global, string key, _, long count, ..]
            && PickleObjects.StorageType(global) is { } type && count >= 0 && (parts.Length == 5 || parts[5] is null)
            ? new PickleStorage(type, count, key)
            : throw new InvalidDataException("a storage has an invalid description");

    private byte[] Read(PickleStorage storage)
    {
        if (_archive is not null)
        {
            byte[] data = ReadAll(_archive.GetEntry($"{_folder}data/{storage.Key}")
                ?? throw new InvalidDataException($"the archive has no data/{storage.Key}"));
            return data.Length >= storage.Length ? data : throw new InvalidDataException($"data/{storage.Key} is too short");
        }

        byte[] bytes = new byte[storage.Length];
        _stream.Position = _offsets.TryGetValue(storage.Key, out long offset)
            ? offset
            : throw new InvalidDataException($"there is no storage '{storage.Key}'");
        _stream.ReadExactly(bytes);
        return bytes;
    }

    // torch.save packs nothing, so an entry is as long as it says, and no longer than the file.
    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length || entry.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"{entry.Name} is compressed, which torch.save does not do, or too large");
        }

        using Stream content = entry.Open();
        byte[] bytes = new byte[entry.Length];
        content.ReadExactly(bytes);
        return bytes;
    }

    private void Collect(object? content)
    {
        if (content is not PickleDictionary dictionary)
        {
            return;
        }

        object? inner = s_places.Select(dictionary.Find).FirstOrDefault(value => value is PickleDictionary);
        foreach ((object? key, object? value) in ((PickleDictionary?)inner ?? dictionary).Entries)
        {
            if (key is string name && (value as StoredTensor ?? (value as NumpyArray)?.Value) is { } tensor)
            {
                _tensors[name] = tensor;
            }
        }
    }
}
