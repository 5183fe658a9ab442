using System.Buffers.Binary;
using System.Text;
using Panoptes.Inference;

namespace Panoptes.Tests.Inference;

public class SafetensorsHeaderTests
{
    private const string TwoTensors = """
        {"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[3],"data_offsets":[24,30]},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}
        """;

    internal static byte[] FileOf(string header, int dataBytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)text.Length);
        text.CopyTo(file, 8);
        return file;
    }

    [Fact]
    public void Tensors_are_listed_in_the_order_of_their_data()
    {
        byte[] file = FileOf(TwoTensors, 30);

        SafetensorsHeader header = Read(file);

        Assert.Equal("pt", header.Metadata["format"]);
        Assert.Equal(["a", "b"], header.Tensors.Select(t => t.Name));
        Assert.Equal([2, 3], header.Tensors[0].Shape);
        Assert.Equal(24, header.Tensors[0].Length);
        Assert.Equal(file.Length - 30, header.Tensors[0].Offset);
        Assert.Equal(file.Length - 6, header.Tensors[1].Offset);
        Assert.Equal(6, header.Tensors[1].Length);
    }

    [Fact]
    public void A_scalar_and_an_empty_tensor_are_sound()
    {
        byte[] file = FileOf(
            """{"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"e":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]}}""", 8);
        ModelHeader header = ModelHeader.Read(new MemoryStream(file));

        Assert.False(header.IsOnnx);
        Assert.Equal(1, header.Tensors.Single(t => t.Name == "s").Count);
        Assert.Equal(0, header.Tensors.Single(t => t.Name == "e").Count);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "cut off")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "end at")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "cannot have 8 bytes")]
    [InlineData("""{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 8, "F99")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "at least 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "8 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,16],"data_offsets":[0,0]}}""", 0, "cannot have 0 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "begins at")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "'a'")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "holds no text")]
    [InlineData("""{"__metadata__":[]}""", 0, "not an object")]
    [InlineData("""{"a":7}""", 0, "needs a dtype")]
    [InlineData("""{"a":""", 0, "not valid JSON")]
    [InlineData("[1,2,3]", 0, "'{'")]
    public void A_damaged_header_is_refused_with_a_reason(string header, int dataBytes, string expected)
    {
        InputException error = Assert.Throws<InputException>(() => Read(FileOf(header, dataBytes)));

        Assert.StartsWith("weights.safetensors: ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Every_cut_of_a_file_is_refused()
    {
        byte[] file = FileOf(TwoTensors, 30);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<InputException>(() => Read(file[..length]));
        }
    }

    [Fact]
    public void A_flipped_byte_gives_a_header_or_a_clear_error_and_nothing_else()
    {
        byte[] file = FileOf(TwoTensors, 30);
        for (int i = 0; i < file.Length - 30; i++)
        {
            foreach (byte flip in new byte[] { 0x01, 0x10, 0x80, 0xFF })
            {
                byte[] damaged = [.. file];
                damaged[i] ^= flip;
                try
                {
                    Read(damaged);
                }
                catch (InputException)
                {
                }
            }
        }
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        foreach (string path in new[] { "/no/such.safetensors", Path.GetTempPath() })
        {
            Assert.Contains(path, Assert.Throws<InputException>(() => SafetensorsHeader.Read(path)).Message);
        }
    }

    private static SafetensorsHeader Read(byte[] file) => SafetensorsHeader.Read(new MemoryStream(file), "weights.safetensors");
}
