using System.Diagnostics;
using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Onnx;

namespace Panoptes.Tests.Onnx;

/// <summary>Networks of a few nodes, run by ONNX Runtime; what they give is computed here by hand.</summary>
public sealed class OnnxNetworkTests : IDisposable
{
    private static readonly string s_cardText = TinyOnnx.Card.ToJson();

    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-onnx-").FullName;

    public OnnxNetworkTests() => Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Outputs_are_what_the_network_computes_of_images_of_any_size()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Build(s_cardText)));

        foreach ((int images, int width, int height) in new[] { (1, 32, 48), (3, 64, 16), (2, 32, 48) })
        {
            using NetworkInput input = TinyOnnx.Images(images, width, height, seed: images);
            using NetworkOutput output = network.Run(input, Token);

            Assert.Equal(TinyOnnx.Card.ListOutputs().Order(), output.Names.Order());
            Assert.All(output.Names, name => ShouldHoldMeans(output[name], input, TinyOnnx.StrideOf(name)));
        }
    }

    [Fact]
    public void The_card_comes_with_the_file()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Build(s_cardText)));

        Assert.Equal(s_cardText, network.Card.ToJson());
    }

    [Fact]
    public void A_file_that_calls_its_input_pictures_as_the_first_version_did_still_runs()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask(input: "pictures").Build(s_cardText)));
        using NetworkInput input = TinyOnnx.Images(1, 32, 48, seed: 1);
        using NetworkOutput output = network.Run(input, Token);

        Assert.All(output.Names, name => ShouldHoldMeans(output[name], input, TinyOnnx.StrideOf(name)));
    }

    [Fact]
    public void A_path_may_have_blanks_and_letters_of_any_script()
    {
        string path = Path.Combine(_folder, "größe 目.onnx");
        File.WriteAllBytes(path, TinyOnnx.EmbedMask().Build(s_cardText));

        using OnnxNetwork network = OnnxNetwork.Load(path);

        Assert.Equal(Method.EmbedMask, network.Card.Method);
    }

    [Fact]
    public void Several_threads_run_one_network_at_once()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Build(s_cardText)), new OnnxOptions { Threads = 1 });

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, i =>
        {
            using NetworkInput input = TinyOnnx.Images(1 + (i % 2), 16 * (1 + (i % 5)), 16 * (1 + (i % 3)), seed: i);
            using NetworkOutput output = network.Run(input, Token);
            ShouldHoldMeans(output[OutputNames.Box(1)], input, 16);
        });
    }

    [Fact]
    public async Task A_run_is_stopped_at_once()
    {
        // More work than the test waits for: without the stop the run would end without an exception.
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Chain("slow", "Tan", 400).Build(s_cardText)));
        using NetworkInput input = TinyOnnx.Images(1, 2048, 2048, seed: 1);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        long start = Stopwatch.GetTimestamp();
        Task run = Task.Run(() => network.Run(input, stop.Token).Dispose(), Token);
        await Task.Delay(300, Token);
        Assert.False(run.IsCompleted);

        await stop.CancelAsync();

        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(stop.Token, error.CancellationToken);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < 10);
    }

    [Fact]
    public void A_stopped_run_leaves_the_network_usable()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Build(s_cardText)));
        using NetworkInput input = TinyOnnx.Images(1, 32, 32, seed: 1);

        Assert.Throws<OperationCanceledException>(() => network.Run(input, new CancellationToken(canceled: true)));

        using NetworkOutput output = network.Run(input, Token);
        ShouldHoldMeans(output[EmbedMaskOutputs.PixelEmbedding], input, 8);
    }

    [Fact]
    public void Outputs_outlive_the_network_and_nothing_runs_after_it()
    {
        OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Build(s_cardText)));
        using NetworkInput input = TinyOnnx.Images(2, 64, 64, seed: 7);
        using NetworkOutput output = network.Run(input, Token);

        network.Dispose();
        network.Dispose();

        ShouldHoldMeans(output[OutputNames.ClassLogits(0)], input, 8);
        Assert.Throws<ObjectDisposedException>(() => network.Run(input, Token));
    }

    [Fact]
    public async Task A_network_that_is_disposed_while_it_runs_ends_its_run_first()
    {
        OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Chain("slow", "Tan", 20).Build(s_cardText)));
        using NetworkInput input = TinyOnnx.Images(1, 512, 512, seed: 1);
        Task<NetworkOutput> run = Task.Run(() => network.Run(input, Token), Token);
        await Task.Delay(50, Token);

        network.Dispose();

        using NetworkOutput output = await run;
        ShouldHoldMeans(output[OutputNames.ClassLogits(1)], input, 16);
    }

    [Fact]
    public void Maps_are_empty_once_the_output_is_disposed()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Build(s_cardText)));
        using NetworkInput input = TinyOnnx.Images(1, 32, 32, seed: 1);
        NetworkOutput output = network.Run(input, Token);
        FeatureMap map = output[OutputNames.ClassLogits(0)];

        output.Dispose();

        Assert.True(map.Data.IsEmpty);
    }

    [Fact]
    public void An_output_that_is_no_map_is_named()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask().Sum("total").Build(s_cardText)));
        using NetworkInput input = TinyOnnx.Images(1, 32, 32, seed: 1);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => network.Run(input, Token));

        Assert.Equal("The network's output 'total' is []; [N, C, H, W] was expected.", error.Message);
    }

    [Fact]
    public void An_image_that_the_network_cannot_take_gives_its_own_words()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(TinyOnnx.EmbedMask(side: 64).Build(s_cardText)));
        using NetworkInput input = TinyOnnx.Images(1, 32, 32, seed: 1);

        InvalidOperationException error = Assert.ThrowsAny<InvalidOperationException>(() => network.Run(input, Token));

        Assert.StartsWith("ONNX Runtime: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("64", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_is_named() => ShouldNotLoad(Path.Combine(_folder, "none.onnx"), "file not found");

    [Fact]
    public void A_folder_is_named() => ShouldNotLoad(_folder, "this is a folder");

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("not an ONNX file", "this is not an ONNX file but a text")]
    public void A_file_of_another_kind_is_named(string content, string problem) =>
        ShouldNotLoad(Write(System.Text.Encoding.UTF8.GetBytes(content)), problem);

    [Fact]
    public void A_file_that_is_cut_off_is_named() =>
        ShouldNotLoad(Write(TinyOnnx.EmbedMask().Build(s_cardText)[..^20]), "this is not an ONNX file, or it is cut off");

    [Fact]
    public void A_file_without_a_card_is_named() =>
        ShouldNotLoad(Write(TinyOnnx.EmbedMask().Build(card: null)), "the metadata has no key 'panoptes.card'");

    [Fact]
    public void A_wrong_card_is_named() => ShouldNotLoad(
        Write(TinyOnnx.EmbedMask().Build("""{"method":"embedmask","classes":[],"embed_mask":{}}""")), "model card", "'classes'");

    [Fact]
    public void A_missing_output_is_named() =>
        ShouldNotLoad(Write(TinyOnnx.EmbedMask(except: "box_p4").Build(s_cardText)), "has no box_p4", "EmbedMask");

    [Fact]
    public void Another_input_is_named() => ShouldNotLoad(
        Write(new TinyOnnx { Input = "x" }.Mean("class_logits_p3", 8).Build(s_cardText)), "'x'", "'images' alone");

    [Fact]
    public void An_input_of_another_type_is_named() => ShouldNotLoad(
        Write(new TinyOnnx { InputType = TinyOnnx.Double }.Chain("class_logits_p3", "Neg", 1).Build(s_cardText)), "32-bit floats");

    [Fact]
    public void An_output_of_another_type_is_named() =>
        ShouldNotLoad(Write(TinyOnnx.EmbedMask().Cast("wide").Build(s_cardText)), "'wide'", "32-bit floats");

    [Fact]
    public void Any_damage_is_an_error_of_the_input_or_none()
    {
        byte[] model = TinyOnnx.EmbedMask().Chain("extra", "Relu", 2).Build(s_cardText);
        Random random = new(3);
        int refused = 0;
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] damaged = [.. model];
            for (int i = 0; i < 2; i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                using OnnxNetwork network = OnnxNetwork.Load(Write(damaged), new OnnxOptions { Threads = 1 });
                using NetworkInput input = TinyOnnx.Images(1, 32, 32, seed: 1);
                network.Run(input, Token).Dispose();
            }
            catch (InputException error)
            {
                refused++;
                Assert.StartsWith(_folder, error.Message, StringComparison.Ordinal);
            }
            catch (InvalidOperationException error) // in the run
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }

        Assert.InRange(refused, 1000, 1999);
    }

    private static void ShouldNotLoad(string path, params string[] parts)
    {
        InputException error = Assert.Throws<InputException>(() => OnnxNetwork.Load(path));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private string Write(byte[] content)
    {
        string path = Path.Combine(_folder, "tiny.onnx");
        File.WriteAllBytes(path, content);
        return path;
    }

    private static void ShouldHoldMeans(FeatureMap map, NetworkInput input, int size)
    {
        Assert.Equal(
            (input.Images.Count, 3, input.Height / size, input.Width / size), (map.Batch, map.Channels, map.Height, map.Width));
        for (int image = 0; image < map.Batch; image++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                ReadOnlySpan<float> means = map.Plane(image, channel);
                for (int cell = 0; cell < means.Length; cell++)
                {
                    double sum = 0;
                    for (int i = 0; i < size * size; i++)
                    {
                        int y = (cell / map.Width * size) + (i / size), x = (cell % map.Width * size) + (i % size);
                        sum += input.Plane(image, channel)[(y * input.Width) + x];
                    }

                    Assert.Equal(sum / (size * size), means[cell], 1e-5);
                }
            }
        }
    }
}
