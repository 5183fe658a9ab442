using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Tests.Onnx;

/// <summary>Opening a model by its content: from a file, a stream, or memory.</summary>
public sealed class SegmenterLoadTests : IDisposable
{
    private static readonly byte[] s_model = TinyOnnx.EmbedMask().Build(TinyOnnx.Card.ToJson());

    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-load-").FullName;

    public SegmenterLoadTests() => Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_a_stream_and_memory_give_the_same()
    {
        string path = Write("model.weights", s_model); // the name tells nothing
        using FileStream file = File.OpenRead(path);
        using OnnxNetwork fromFile = OnnxNetwork.Load(path), fromStream = OnnxNetwork.Load(file), fromMemory = OnnxNetwork.Load(s_model);
        using Segmenter opened = Segmenter.Load(path), openedFromStream = Segmenter.Load(new MemoryStream(s_model));
        using NetworkInput input = TinyOnnx.Images(1, 64, 48, seed: 1);
        using NetworkOutput expected = fromFile.Run(input, TestContext.Current.CancellationToken);

        foreach (OnnxNetwork network in (OnnxNetwork[])[fromStream, fromMemory])
        {
            using NetworkOutput output = network.Run(input, TestContext.Current.CancellationToken);
            Assert.All(expected.Names, name => Assert.Equal(expected[name].Data.ToArray(), output[name].Data.ToArray()));
        }

        Assert.All(
            [opened.Card, openedFromStream.Card, ModelCard.Load(path), ModelCard.Load(new MemoryStream(s_model))],
            card => Assert.Equal(TinyOnnx.Card.ToJson(), card.ToJson()));
    }

    [Fact]
    public void A_disposed_segmenter_frees_the_network_that_it_opened()
    {
        Segmenter segmenter = Segmenter.Load(new MemoryStream(s_model));
        segmenter.Dispose();

        Assert.Throws<ObjectDisposedException>(() => segmenter.Segment(new Image(64, 48), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("PK\u0003\u0004....", "a ZIP archive, such as PyTorch's .pt")]
    [InlineData("{\"a\":1}", "a JSON text")]
    [InlineData("names:\n  - cat\n", "a text")]
    [InlineData("", "the file is empty")]
    public void Another_kind_of_file_is_named(string content, string kind)
    {
        string path = Write("model.onnx", System.Text.Encoding.Latin1.GetBytes(content));

        Assert.Contains(kind, Assert.Throws<InputException>(() => Segmenter.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains(kind, Assert.Throws<InputException>(() => ModelCard.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains(kind, Assert.Throws<InputException>(() => OnnxNetwork.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains(kind, Assert.Throws<InputException>(() => SafetensorsHeader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_given_as_a_model_is_named()
    {
        string path = Write("model.safetensors", new Image(4, 4).EncodePng());

        Assert.Contains("a PNG image", Assert.Throws<InputException>(() => Segmenter.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_the_other_kind_is_named()
    {
        string path = Write("model.safetensors", s_model);

        Assert.Contains("an ONNX file", Assert.Throws<InputException>(() => SafetensorsHeader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trained_model_asks_for_the_package_that_runs_it()
    {
        // This test project references no Panoptes.Training.
        byte[] header = "{\"__metadata__\":{}}     "u8.ToArray();
        string path = Write("model.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. header]);

        NotSupportedException error = Assert.Throws<NotSupportedException>(() => Segmenter.Load(path));
        Assert.Contains("Panoptes.Training", error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
