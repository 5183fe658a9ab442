using System.Text;
using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch.Serialization;

namespace Panoptes.Torch.Tests.Serialization;

public sealed class SafetensorsWriterTests : IDisposable
{
    // A reader of the format from its description, in numpy alone.
    private const string IndependentReader = """
        import json, struct
        raw = open(path.numpy().tobytes().decode(), 'rb').read()
        length = struct.unpack('<Q', raw[:8])[0]
        header, data = json.loads(raw[8:8 + length]), raw[8 + length:]
        out['aligned'] = int((8 + length) % 8 == 0)
        metadata = header.pop('__metadata__')
        out['metadata'] = np.frombuffer(json.dumps(metadata, sort_keys=True, ensure_ascii=False).encode(), np.uint8)
        types = dict(F64='<f8', F32='<f4', F16='<f2', I64='<i8', I32='<i4', I16='<i2', I8='i1', U8='u1', BOOL='?', BF16='<u2')
        for name, item in header.items():
            begin, end = item['data_offsets']
            array = np.frombuffer(data[begin:end], types[item['dtype']]).reshape(item['shape'])
            if item['dtype'] == 'BF16': array = (array.astype(np.uint32) << 16).view(np.float32)
            if item['dtype'] in ('F16', 'I16', 'I8'): array = array.astype(np.float32)
            out[name] = array
        """;

    // A writer from the same description: no padding, names out of order, a scalar, an empty tensor.
    private const string IndependentWriter = """
        import json, struct
        arrays = dict(b=np.arange(6, dtype='<f4').reshape(2, 3) / 7, a=np.array([1, -2, 3], '<i8'), scalar=np.array(2.5), none=np.zeros((0, 4), '<f4'),
                      flags=np.array([True, False, True]), half=np.array([1.5, -0.25], '<f2'))
        types = {'<f8': 'F64', '<f4': 'F32', '<f2': 'F16', '<i8': 'I64', '|b1': 'BOOL'}
        header, data = {'__metadata__': {'text': 'Grüße', 'empty': ''}}, b''
        for name, array in arrays.items():
            header[name] = dict(dtype=types[array.dtype.str], shape=array.shape, data_offsets=[len(data), len(data) + array.nbytes])
            data += array.tobytes()
        text = json.dumps(header, ensure_ascii=False).encode()
        open(path.numpy().tobytes().decode(), 'wb').write(struct.pack('<Q', len(text)) + text + data)
        for name, array in arrays.items(): out[name] = array.astype(np.float32) if name == 'half' else array
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-tests-");
    private readonly TensorScope _scope = new();

    private string FilePath => Path.Combine(_folder.FullName, "model.safetensors");

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void An_independent_reader_finds_what_was_written()
    {
        Tensor x = Tensor.Randn([3, 4, 5, 6], DType.Float64);
        (string Name, Tensor Value)[] tensors =
        [
            ("f64", x),
            ("f32", x.To(DType.Float32)),
            ("channels_last", x.To(DType.Float32).To(MemoryFormat.ChannelsLast)),
            ("transposed", x.To(DType.Float32).Permute([3, 1, 0, 2])),
            ("f16", x.To(DType.Float16)),
            ("bf16", x.To(DType.BFloat16)),
            ("i64", (x * 100).To(DType.Int64)),
            ("i32", (x * 100).To(DType.Int32)),
            ("i16", (x * 10).To(DType.Int16)),
            ("i8", (x * 10).To(DType.Int8)),
            ("u8", (x * x).To(DType.UInt8)),
            ("bool", x.Gt(0)),
            ("scalar", Tensor.From<float>([7], [])),
            ("empty", Tensor.Zeros([0, 3])),
            ("näme \"with\" signs/\\", Tensor.Ones([2])),
        ];
        SafetensorsWriter.Write(FilePath, tensors, new Dictionary<string, string> { ["b"] = "Grüße 🌍", ["a"] = "{\"x\":1}" });

        IReadOnlyDictionary<string, OracleArray> read = PythonOracle.Run(IndependentReader, ("path", PathArray()));
        Assert.Equal(1L, read["aligned"].ToArray<long>()[0]);
        Assert.Equal("""{"a": "{\"x\":1}", "b": "Grüße 🌍"}""", Encoding.UTF8.GetString(read["metadata"].Bytes));
        Assert.Equal(tensors.Length, read.Count - 2);
        foreach ((string name, Tensor value) in tensors)
        {
            Tensor expected = value.DType is DType.Float16 or DType.BFloat16 or DType.Int16 or DType.Int8 ? value.To(DType.Float32) : value;
            Assert.Equal(expected.Contiguous().ToOracle().Bytes, read[name].Bytes);
            Assert.Equal(value.Shape.ToArray(), read[name].Shape);
        }
    }

    [Fact]
    public void A_file_by_an_independent_writer_is_read()
    {
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(IndependentWriter, ("path", PathArray()));
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        Assert.Equal("Grüße", file.Metadata["text"]);
        Assert.Equal("", file.Metadata["empty"]);
        Assert.Equal(expected.Keys.Order(), file.Tensors.Keys.Order());
        foreach ((string name, OracleArray array) in expected)
        {
            Tensor tensor = file.Load(name);
            Assert.Equal(array.Bytes, (tensor.DType == DType.Float16 ? tensor.To(DType.Float32) : tensor).ToOracle().Bytes);
            Assert.Equal(array.Shape, tensor.Shape.ToArray());
        }
    }

    [Fact]
    public void What_is_written_is_read_back_and_gives_the_same_bytes_again()
    {
        Tensor x = Tensor.Randn([7, 3]);
        SafetensorsWriter.Write(FilePath, [("b", x), ("a", x.Gt(0)), ("c", x.To(DType.BFloat16))], new Dictionary<string, string> { ["k"] = "v" });
        byte[] first = File.ReadAllBytes(FilePath);
        using (SafetensorsFile file = SafetensorsFile.Open(FilePath))
        {
            Assert.Equal(x.ToArray<float>(), file.Load("b").ToArray<float>());
            Assert.Equal(DType.BFloat16, file.Load("c").DType);

            // The old file stays mapped while the new one takes its place.
            SafetensorsWriter.Write(FilePath, file.Tensors.Keys.Select(n => (n, file.Load(n))), file.Metadata);
            Assert.Equal(x.ToArray<float>(), file.Load("b").ToArray<float>());
        }

        Assert.Equal(first, File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void A_full_disk_is_one_clear_error_and_the_old_file_stays()
    {
        // More than any disk has, without taking any memory: one element seen very often.
        Tensor huge = Tensor.Zeros([1]).Expand([1L << 50]);
        SafetensorsWriter.Write(FilePath, [("small", Tensor.Ones([3]))]);
        byte[] before = File.ReadAllBytes(FilePath);
        long live = Tensor.LiveCount;
        IOException error = Assert.Throws<IOException>(() => SafetensorsWriter.Write(FilePath, [("huge", huge)]));
        Assert.StartsWith(FilePath, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(before, File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_folder.FullName));
        Assert.Equal(live, Tensor.LiveCount);
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_no_other()
    {
        SafetensorsWriter.Write(FilePath, [("small", Tensor.Ones([3]))]);
        byte[] before = File.ReadAllBytes(FilePath);

        Tensor gone = Tensor.Ones([5]);
        IEnumerable<(string, Tensor)> tensors = [("fine", Tensor.Zeros([4])), ("gone", gone)];
        string missing = Path.Combine(_folder.FullName, "missing", "model.safetensors");
        Assert.Contains(missing, Assert.Throws<IOException>(() => SafetensorsWriter.Write(missing, tensors)).Message);
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => SafetensorsWriter.Write(FilePath, tensors));
        Assert.Equal(before, File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Names_that_a_file_cannot_hold_are_refused()
    {
        Tensor x = Tensor.Ones([1]);
        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [("x", x), ("x", x)])).Message);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [("__metadata__", x)]));
        Assert.False(File.Exists(FilePath));
    }

    private OracleArray PathArray()
    {
        byte[] path = Encoding.UTF8.GetBytes(FilePath);
        return OracleArray.From<byte>(path, [path.Length]);
    }
}
