using System.Text;
using Panoptes.Training.Import;
using Panoptes.Training.Import.Pickle;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Import;

/// <summary>Pickles made by hand: data of all protocols, and what must not be read.</summary>
public sealed class PickleReaderTests
{
    [Fact]
    public void Data_of_old_and_new_protocols_is_read()
    {
        Assert.Equal(7L, Read("I7\n."));
        Assert.Equal(true, Read("I01\n."));
        Assert.Equal(-2L, Read("L-2L\n."));
        Assert.Equal(0.5, Read("F0.5\n."));
        Assert.Equal("text", Read("S'text'\n."));
        Assert.Equal(new object?[] { 1L, null }, Read("(I1\nNt."));
        Assert.Equal([1L, 2L], Assert.IsType<List<object?>>(Read("](I1\nI2\ne.")));
        PickleDictionary dictionary = Assert.IsType<PickleDictionary>(Read("\u0080\u0002}q\0X\u0001\0\0\0aK\u0007s."));
        Assert.Equal(7L, dictionary.Find("a"));
        Assert.Equal("ab", Read("\u0080\u0004\u0095\u0005\0\0\0\0\0\0\0\u008c\u0002ab\u0094."));
    }

    [Theory]
    [InlineData("cos\nsystem\n(S'touch it'\ntR.", "os.system")]
    [InlineData("\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.", "os.system")]
    [InlineData("(S'touch it'\nios\nsystem\n.", "os.system")]
    [InlineData("cbuiltins\neval\n(S'1'\ntR.", "builtins.eval")]
    [InlineData("ctorch\nload\n.", "torch.load")]
    [InlineData("ctorch.storage\n_load_from_bytes\n.", "torch.storage._load_from_bytes")]
    public void A_name_that_weights_do_not_need_is_refused(string pickle, string name)
    {
        InputException error = Assert.Throws<InputException>(() => Read(pickle));
        Assert.StartsWith($"{name}: refused", error.Message, StringComparison.Ordinal);
        Assert.Equal((name, InputErrorKind.Unsupported), (error.Place, error.Kind));
    }

    [Theory]
    [InlineData("")] // cut off
    [InlineData("I7\n")]
    [InlineData("X\u00FF\u00FF\u00FF\u007Fab.")] // a text longer than the file
    [InlineData(".")] // nothing on the stack
    [InlineData("t.")] // no mark
    [InlineData("h\u0005.")] // nothing remembered
    [InlineData("I1\nI2\nR.")] // a number is called
    [InlineData("}I1\nu.")]
    [InlineData("\u0097.")] // out-of-band buffers
    [InlineData("S'id'\nQ.")] // something outside of a pickle that has nothing outside
    public void What_is_damaged_is_an_error(string pickle)
    {
        Exception error = Assert.ThrowsAny<Exception>(() => Read(pickle));
        Assert.True(error is InvalidDataException or EndOfStreamException, error.ToString());
    }

    [Fact]
    public void A_tensor_larger_than_its_storage_is_refused()
    {
        PickleStorage storage = new(Torch.DType.Float32, 6, "0");
        new StoredTensor(storage, [2, 3], [3, 1], 0).Check();
        new StoredTensor(storage, [3, 2], [1, 3], 0).Check();
        Assert.Throws<InvalidDataException>(() => new StoredTensor(storage, [2, 3], [3, 1], 1).Check());
        Assert.Throws<InvalidDataException>(() => new StoredTensor(storage, [1 << 20], [0], 0).Check());
        Assert.Throws<InvalidDataException>(() => new StoredTensor(storage, [long.MaxValue, 4], [0, 0], 0).Check());
        Assert.Throws<InvalidDataException>(() => new StoredTensor(storage, [2], [-1], 5).Check());
    }

    // What is remembered is named again in two bytes, and each call copies it.
    [Fact]
    public void Calls_that_copy_the_same_object_again_and_again_are_refused()
    {
        const string length = "\u00A0\u0086\u0001\0"; // 100,000
        string text = $"X{length}{new string('a', 100_000)}";
        string pairs = string.Concat(Enumerable.Repeat("K\u0001K\u0002\u0086", 10_000));
        (string Before, string Call)[] pickles =
        [
            ($"c_codecs\nencode\nq\0{text}q\u0001U\u0006latin1q\u0002", "h\0h\u0001h\u0002\u0086R"),
            ($"c_codecs\nencode\nq\0{text}q\u0001U\u0005utf-8q\u0002", "h\0h\u0001h\u0002\u0086R"),
            ($"ccollections\nOrderedDict\nq\0]({pairs}eq\u0001", "h\0h\u0001\u0085R"),
            (
                "cnumpy.core.multiarray\n_reconstruct\nq\0"
                    + $"(K\u0001J{length}\u0085cnumpy\ndtype\nU\u0002u1\u0085R\u0089{text}tq\u0001",
                "h\0)Rh\u0001b"
            ),
        ];
        foreach ((string before, string call) in pickles)
        {
            string Repeated(int count) => $"{before}]{string.Concat(Enumerable.Repeat(call + "a", count))}.";

            Assert.Equal(3, Assert.IsType<List<object?>>(Read(Repeated(3))).Count);
            InputException error = Assert.Throws<InputException>(() => Read(Repeated(40)));
            Assert.StartsWith("refused: the calls in it make copies", error.Message, StringComparison.Ordinal);
            Assert.Equal(InputErrorKind.Unsupported, error.Kind);
        }
    }

    [Fact]
    public void A_tensor_of_more_dimensions_than_NumPy_has_is_refused()
    {
        string WithDimensions(int count) => "cnumpy.core.multiarray\n_reconstruct\n)R(K\u0001("
            + string.Concat(Enumerable.Repeat("K\u0001", count)) + "tcnumpy\ndtype\nU\u0002u1\u0085R\u0089C\u0001atb.";

        Assert.Equal(64, Assert.IsType<NumpyArray>(Read(WithDimensions(64))).Value!.Shape.Length);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read(WithDimensions(65)));
        Assert.StartsWith("a tensor has 65 dimensions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_something_else_is_named()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "weights.pth");
        File.WriteAllBytes(path, Latin1("\u0080\u0002}."));
        InputException error = Assert.Throws<InputException>(() => WeightFile.Open(path));
        Assert.Equal($"{path}: holds no tensors by name; a state_dict or a checkpoint was expected.", error.Message);
        File.WriteAllBytes(path, Latin1("PK\u0003\u0004 not an archive"));
        error = Assert.Throws<InputException>(() => WeightFile.Open(path));
        Assert.Equal((path, InputErrorKind.Damaged), (error.File, error.Kind));
        File.WriteAllText(path, "text");
        Assert.StartsWith(path, Assert.Throws<InputException>(() => WeightFile.Open(path)).Message, StringComparison.Ordinal);
    }

    private static object? Read(string pickle)
    {
        using MemoryStream stream = new(Latin1(pickle));
        return new PickleReader(stream).Read();
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
