using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Panoptes.Torch.Serialization;

namespace Panoptes.Torch.Tests.Serialization;

/// <summary>Files that must be refused: each with one message that names the file and, where there is one, the tensor.</summary>
public sealed class SafetensorsHeaderTests : IDisposable
{
    private const string Good = """{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_sound_header_is_read()
    {
        using SafetensorsFile file = SafetensorsFile.Open(WriteFile(Good, 16));
        Assert.Equal("b", file.Metadata["a"]);
        Assert.Equal(["x", "y"], file.Tensors.Keys.Order());
        Assert.Equal([2L], file.Tensors["x"].Shape);
        Assert.Equal(DType.Int64, file.Tensors["y"].DType);
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "'x'", "cut off")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "end at byte")]
    [InlineData("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "'x'", "F32 [3]", "8 bytes")]
    [InlineData("""{"x":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", 8, "'x'", "F33")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "'x'", "at least 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "'x'", "whole")]
    [InlineData("""{"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", 8, "'x'", "shape")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8]}}""", 8, "'x'", "two data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "'x'", "8 to 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "'x'", "gap")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2]}}""", 8, "'x'", "data_offsets")]
    [InlineData("""{"x":7}""", 0, "'x'", "dtype")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", 8, "'x'")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}""", 7, "'y'", "overlaps")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"x":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "x")]
    [InlineData("""{"x":{"dtype":"U8","dtype":"I8","shape":[4],"data_offsets":[0,4]}}""", 4, "dtype")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "'a'")]
    [InlineData("""{"__metadata__":[]}""", 0, "__metadata__")]
    [InlineData("""{"x":""", 0, "JSON")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""[1, 2]""", 0, "'{'")]
    public void A_damaged_header_is_refused_with_its_reason(string header, int bytes, params string[] expected)
    {
        string path = WriteFile(header, bytes);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        Assert.StartsWith(path, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(expected, part => Assert.Contains(part, error.Message));
    }

    [Theory]
    [InlineData(new byte[0], "too few")]
    [InlineData(new byte[] { 1, 2, 3 }, "too few")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 }, "not a safetensors file")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 123 }, "not a safetensors file")]
    [InlineData(new byte[] { 16, 0, 0, 0, 0, 0, 0, 0, 123, 125 }, "cut off")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 123, 0xFF, 125 }, "UTF-8")]
    public void A_file_of_another_kind_is_refused(byte[] content, string expected)
    {
        string path = Path.Combine(_folder.FullName, "other");
        File.WriteAllBytes(path, content);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        Assert.StartsWith(path, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void No_damage_to_a_header_leads_anywhere_but_to_a_refusal_or_a_sound_file()
    {
        byte[] good = File.ReadAllBytes(WriteFile(Good, 16));
        string path = Path.Combine(_folder.FullName, "damaged");
        Arbitrary<(int, byte)[]> damages = Gen.Zip(Gen.Choose(0, good.Length - 1), Gen.Choose(0, 255).Select(b => (byte)b))
            .ArrayOf(3).ToArbitrary();
        Prop.ForAll(damages, list =>
        {
            byte[] bytes = [.. good];
            foreach ((int place, byte value) in list)
                bytes[place] = value;
            File.WriteAllBytes(path, bytes);
            try
            {
                using TensorScope scope = new();
                using SafetensorsFile file = SafetensorsFile.Open(path);
                foreach (SafetensorsTensor tensor in file.Tensors.Values.Where(t => t.DType is not null and not DType.Bool))
                    Assert.Equal(tensor.Shape, file.Load(tensor.Name).Shape.ToArray());
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith(path, error.Message);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it()
    {
        string path = Path.Combine(_folder.FullName, "missing.safetensors");
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void Loading_names_the_file_and_the_tensor_when_it_fails()
    {
        string path = WriteFile(
            """{"a":{"dtype":"U16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[4,6]}}""", 6);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] = 2;
        File.WriteAllBytes(path, bytes);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        long before = Tensor.LiveCount;
        Assert.Equal($"{path}: there is no tensor 'c'", Assert.Throws<InvalidDataException>(() => file.Load("c")).Message);
        Assert.Contains("U16", Assert.Throws<InvalidDataException>(() => file.Load("a")).Message);
        Assert.Contains("'b'", Assert.Throws<InvalidDataException>(() => file.Load("b")).Message);
        Assert.Equal(before, Tensor.LiveCount);
    }

    private string WriteFile(string header, int bytes)
    {
        string path = Path.Combine(_folder.FullName, "file.safetensors");
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] content = new byte[8 + text.Length + bytes];
        BinaryPrimitives.WriteInt64LittleEndian(content, text.Length);
        text.CopyTo(content, 8);
        File.WriteAllBytes(path, content);
        return path;
    }
}
