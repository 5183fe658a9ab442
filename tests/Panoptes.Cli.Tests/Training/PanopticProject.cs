using Panoptes.Training.Scenes;

namespace Panoptes.Cli.Tests.Training;

/// <summary>Small drawn scenes with every pixel labeled, and a CIAE that has seen them for a moment.</summary>
public sealed class PanopticProject : IAsyncLifetime, IDisposable
{
    private const string Configuration = """
        model:
          method: ciae
          backbone: { type: resnet18, norm: group_norm, norm_groups: 2, base_width: 4, frozen_stages: 0 }
          fpn: { channels: 8, levels: 3 }
          head: { channels: 8, convs: 1, norm_groups: 2 }
          fcos: { level_boundaries: [32, 64] }
          ciae: { channels: 8, norm_groups: 2, embedding_dim: 8, loss_stride: 4, min_stuff_area: 0, instance_threshold: 0.001 }
          detection: { score_threshold: 0.001, max_detections: 20 }
        input: { short_side: 64, long_side: 96 }
        data:
          root: data
          train: { images: train, panoptic: panoptic_train.json, panoptic_folder: panoptic_train }
          val: { images: val, annotations: instances_val.json, panoptic: panoptic_val.json, panoptic_folder: panoptic_val }
          workers: 1
        schedule: { iterations: 20, batch_size: 2 }
        optimizer: { kind: adamw, learning_rate: 0.01 }
        logging: { every: 1 }
        """;

    private readonly TemporaryFolder _folder = new();
    private int _names;

    /// <summary>The configuration.</summary>
    public string Config => _folder.Full("tiny.yaml");

    /// <summary>The run's folder.</summary>
    public string Run => _folder.Full("run");

    /// <summary>The model.</summary>
    public string Model => _folder.Full("run/last.safetensors");

    /// <summary>What the training printed.</summary>
    internal ToolResult Trained { get; private set; } = new(-1, "", "");

    /// <summary>The scenes: three to measure on, <c>000000.jpg</c> to <c>000002.jpg</c> with ids from 1.</summary>
    internal SceneDataset Data => new(_folder.Full("data"));

    /// <summary>A path below the project's folder that nothing has taken yet.</summary>
    public string NewPath(string name) => _folder.Full($"{++_names}-{name}");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        SceneDatasetWriter.Write(Data.Folder, 6, 3, new SceneOptions { Seed = 1, Size = 64, MinThings = 2, MaxThings = 3 });
        _folder.Write("tiny.yaml", Configuration);
        Trained = await ToolRunner.RunAsync("train", Config, "--output", Run, "--json");
        Assert.Equal("", Trained.Code == 0 ? "" : Trained.Error);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();
}
