using System.IO.Compression;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Import;
using Panoptes.Training.Models;
using Panoptes.Training.Pretraining;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Pretraining;

[Collection(TorchCollection.Name)]
public sealed class BackbonePretrainerTests : IDisposable
{
    private static readonly string[] s_classes = ["bars", "dots", "plain"];

    private static readonly PretrainOptions s_small = new()
    {
        Backbone = new BackboneConfig { Type = BackboneType.ResNet18, BaseWidth = 8 },
        Size = 32,
        Epochs = 12,
        BatchSize = 12,
    };

    private readonly TemporaryFolder _folder = new();

    private string Output => Path.Combine(_folder.Path, "backbone.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Patterns_are_told_apart_and_the_backbone_is_one_to_start_from()
    {
        string train = Draw("train", 24, seed: 1);
        string other = Draw("val", 10, seed: 2);
        List<PretrainProgress> reports = [];

        PretrainResult result = BackbonePretrainer.Run(
            train, other, Output, s_small, new Collector(reports), TestContext.Current.CancellationToken);

        Assert.Equal((72, 30, Output), (result.Images, result.ValidationImages, result.Output));
        Assert.Equal(s_classes, result.Classes);
        Assert.InRange(result.Top1!.Value, 0.9, 1); // a third by guessing
        Assert.Equal(1, result.Top5);
        double[] losses = [.. reports.Where(r => r.Loss is not null).Select(r => r.Loss!.Value)];
        Assert.True(losses[^1] < losses[0] / 2, $"{losses[0]} to {losses[^1]}");
        Assert.Contains(reports, r => r.Stage == "evaluate");

        PanoptesConfig config = ShippedConfigs.Load("embedmask_slim", [$"model.weights={Output}", "model.backbone.base_width=8"]);
        using TrainableModel model = ModelFactory.Create(config, 1);
        LoadReport report = WeightLoader.LoadPart(model, Output);
        Assert.Empty(report.Unused);
        Assert.All(report.Missing, missing => Assert.DoesNotContain("'backbone.", missing, StringComparison.Ordinal));

        // What it knows now serves a linear layer, which random features do less.
        PretrainOptions probe = s_small with { Weights = Output, LinearProbe = true, Epochs = 60 };
        PretrainResult known = BackbonePretrainer.Run(train, other, null, probe, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(known.Output);
        Assert.InRange(known.Top1!.Value, 0.8, 1);
    }

    [Fact]
    public void A_zip_teaches_what_its_folder_does()
    {
        string folder = Draw("whole", 12, seed: 3);
        string zip = Path.Combine(_folder.Path, "images.zip");
        ZipFile.CreateFromDirectory(folder, zip, CompressionLevel.NoCompression, includeBaseDirectory: true);
        string second = Path.Combine(_folder.Path, "second.safetensors");
        PretrainOptions options = s_small with { Epochs = 1 };

        BackbonePretrainer.Run(folder, null, Output, options, cancellationToken: TestContext.Current.CancellationToken);
        BackbonePretrainer.Run(zip, null, second, options, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(File.ReadAllBytes(Output), File.ReadAllBytes(second));
    }

    [Fact]
    public void Stopped_it_leaves_what_was_learned()
    {
        using CancellationTokenSource stop = new();
        Collector progress = new([]) { Told = _ => stop.Cancel() };

        Assert.ThrowsAny<OperationCanceledException>(
            () => BackbonePretrainer.Run(Draw("train", 40, seed: 1), null, Output, s_small, progress, stop.Token));

        using SafetensorsFile file = SafetensorsFile.Open(Output);
        Assert.Contains("layer4.1.conv2.weight", file.Tensors.Keys);
        Assert.Equal(ChannelOrder.Rgb, WeightCard.Of(Output, file.Metadata)!.ChannelOrder);
    }

    [Fact]
    public void A_damaged_image_leaves_what_was_learned_before_it()
    {
        string train = Draw("train", 4, seed: 1);
        PretrainOptions options = s_small with { Epochs = 1, BatchSize = 3 };
        int[] order = [.. Enumerable.Range(0, 12)];
        RandomStream random = new(options.Seed, RandomPurpose.Order);
        random.Shuffle<int>(order);

        string last = Damage(order[^1]);
        InputException error = Fails();
        Assert.Contains(last, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("what was learned in 3 of 4 steps is written", error.Message, StringComparison.Ordinal);
        using (SafetensorsFile file = SafetensorsFile.Open(Output)) Assert.Contains("layer4.1.conv2.weight", file.Tensors.Keys);

        // Before the first step there is nothing to write.
        File.Delete(Output);
        string first = Damage(order[0]);
        Assert.Contains(first, Fails().Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));

        // Images count from 0, folder by folder.
        string Damage(int image)
        {
            string name = $"{s_classes[image / 4]}/{image % 4}.png";
            File.WriteAllText(Path.Combine(train, name), "no image");
            return name;
        }

        InputException Fails() => Assert.Throws<InputException>(
            () => BackbonePretrainer.Run(train, null, Output, options, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        string train = Draw("train", 2, seed: 1);
        string empty = Directory.CreateDirectory(Path.Combine(_folder.Path, "empty")).FullName;
        Fails("holds no image", empty, null);
        string broken = Path.Combine(_folder.Path, "broken.zip");
        File.WriteAllText(broken, "no zip");
        Fails("neither a folder nor a valid zip", broken, null);
        Fails("nowhere", Path.Combine(_folder.Path, "nowhere"), null);
        string others = Draw("others", 1, seed: 1);
        Directory.Move(Path.Combine(others, "plain"), Path.Combine(others, "stripes"));
        Fails("'stripes'", train, others);
        string loose = Draw("loose", 1, seed: 1);
        File.Copy(Path.Combine(loose, "dots", "0.png"), Path.Combine(loose, "0.png"));
        Fails("lie in no folder of a class, the first is 0.png", loose, null);
        File.WriteAllText(Path.Combine(train, "dots", "1.png"), "no image");
        Fails("dots/1.png", train, null);
        Assert.Contains(
            "PretrainOptions.Size: is 33",
            Assert.Throws<InputException>(() => BackbonePretrainer.Run(
                train, null, Output, s_small with { Size = 33 }, cancellationToken: TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);

        void Fails(string problem, string images, string? validation)
        {
            InputException error = Assert.Throws<InputException>(
                () => BackbonePretrainer.Run(
                    images, validation, Output, s_small with { Epochs = 1, BatchSize = 2 }, cancellationToken: TestContext.Current.CancellationToken));
            Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        }
    }

    private string Draw(string name, int count, ulong seed)
    {
        Random random = new((int)seed);
        string folder = Path.Combine(_folder.Path, name);
        foreach (string kind in s_classes)
        {
            Directory.CreateDirectory(Path.Combine(folder, kind));
            for (int i = 0; i < count; i++)
            {
                Image image = new(48, 40);
                byte paper = (byte)random.Next(160, 256), ink = (byte)random.Next(0, 96);
                int step = random.Next(6, 10), shift = random.Next(0, 6);
                for (int y = 0; y < image.Height; y++)
                {
                    Span<byte> row = image.Row(y);
                    for (int x = 0; x < image.Width; x++)
                    {
                        bool isBar = (x + shift) % step < 2;
                        bool isInk = kind == "bars" ? isBar : kind == "dots" && isBar && (y + shift) % step < 2;
                        row.Slice(3 * x, 3).Fill(isInk ? ink : paper);
                    }
                }

                image.SavePng(Path.Combine(folder, kind, $"{i}.png"));
            }
        }

        return folder;
    }

    private sealed class Collector(List<PretrainProgress> reports) : IProgress<PretrainProgress>
    {
        public Action<PretrainProgress>? Told { get; init; }

        public void Report(PretrainProgress value)
        {
            reports.Add(value);
            Told?.Invoke(value);
        }
    }
}
