using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Tests.Onnx;

/// <summary>The header is read without ONNX Runtime, so these tests need none.</summary>
public sealed class OnnxHeaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-onnx-").FullName;

    private string FilePath => Path.Combine(_folder, "model.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Written by hand after onnx.proto. ModelProto: ir_version 9; graph with a node's bytes, an initializer "w" of floats [2, 3] with raw
    // data, one "idx" of int64 [4] whose sizes are packed, and a name; metadata a = b, and k without a value.
    private static readonly byte[] s_model =
    [
        0x08, 0x09,
        0x3A, 0x3B,
        0x0A, 0x02, 0x22, 0x00,
        0x2A, 0x21, 0x08, 0x02, 0x08, 0x03, 0x10, 0x01, 0x42, 0x01, (byte)'w', 0x4A, 0x16, .. new byte[22],
        0x2A, 0x0A, 0x0A, 0x01, 0x04, 0x10, 0x07, 0x42, 0x03, (byte)'i', (byte)'d', (byte)'x',
        0x12, 0x06, (byte)'s', (byte)'e', (byte)'c', (byte)'o', (byte)'n', (byte)'d',
        0x72, 0x06, 0x0A, 0x01, (byte)'a', 0x12, 0x01, (byte)'b',
        0x72, 0x03, 0x0A, 0x01, (byte)'k',
    ];

    private OnnxHeader Read(byte[] bytes)
    {
        File.WriteAllBytes(FilePath, bytes);
        return OnnxHeader.Read(FilePath);
    }

    [Fact]
    public void Names_sizes_and_metadata_are_read_and_values_passed_over()
    {
        Read(s_model);
        ModelHeader header = ModelHeader.Read(FilePath);
        Assert.True(header.IsOnnx);
        Assert.Equal([("w", "F32", 6), ("idx", "I64", 4)], header.Tensors.Select(t => (t.Name, t.DType, t.Count)));
        Assert.Equal([2, 3], header.Tensors[0].Shape);
        Assert.Equal([("a", "b"), ("k", "")], header.Metadata.Select(m => (m.Key, m.Value)));
    }

    [Fact]
    public void Every_file_that_is_cut_off_is_named()
    {
        // Cut between the fields of the outermost message the rest is a whole model with less in it.
        int[] wholes = [2 + 2 + 0x3B, s_model.Length - 5, s_model.Length];
        for (int length = 0; length < s_model.Length; length++)
        {
            byte[] cut = s_model[..length];
            if (wholes.Contains(length))
            {
                Read(cut);
            }
            else
            {
                InputException error = Assert.Throws<InputException>(() => Read(cut));
                Assert.StartsWith(FilePath, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Any_damage_is_an_error_of_the_input_or_none()
    {
        Random random = new(5);
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] damaged = [.. s_model];
            for (int i = 0; i < 3; i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(damaged);
            }
            catch (InputException)
            {
            }
        }
    }

    [Fact]
    public void Missing_files_and_folders_are_named()
    {
        Assert.Contains("file not found", Assert.Throws<InputException>(() => OnnxHeader.Read(FilePath)).Message, StringComparison.Ordinal);
        Assert.Contains("folder", Assert.Throws<InputException>(() => OnnxHeader.Read(_folder)).Message, StringComparison.Ordinal);
    }
}
