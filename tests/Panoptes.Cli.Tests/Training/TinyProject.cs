using System.Text.Json.Nodes;
using Panoptes.Training.Scenes;

namespace Panoptes.Cli.Tests.Training;

/// <summary>Small drawn scenes, a configuration that trains on them in a moment, and an untrained model.</summary>
public sealed class TinyProject : IAsyncLifetime, IDisposable
{
    // The score threshold lets a network find things that has learnt nothing.
    private const string Configuration = """
        model:
          method: embedmask
          backbone: { type: resnet18, norm: group_norm, norm_groups: 4, base_width: 8, frozen_stages: 0 }
          fpn: { channels: 16, levels: 3, norm: group_norm, norm_groups: 4 }
          head: { channels: 16, convs: 1, norm_groups: 4 }
          fcos: { level_boundaries: [32, 64] }
          embedmask: { embedding_dim: 4, mask_convs: 1 }
          detection: { score_threshold: 0.001, max_detections: 10 }
        input: { short_side: 64, long_side: 96 }
        data:
          root: data
          train: { images: train, annotations: instances_train.json }
          val: { images: val, annotations: instances_val.json }
          workers: 1
        schedule: { iterations: 3, batch_size: 2 }
        logging: { every: 1 }
        """;

    private readonly TemporaryFolder _folder = new();
    private int _names;

    /// <summary>The configuration.</summary>
    public string Config => _folder.Full("tiny.yaml");

    /// <summary>A model with random weights.</summary>
    public string Model => _folder.Full("untrained/last.safetensors");

    /// <summary>Three images, <c>000000.jpg</c> to <c>000002.jpg</c>.</summary>
    public string Images => Data.Val.Images;

    /// <summary>Their annotations; the images have ids from 1.</summary>
    public string Annotations => Data.Val.Annotations;

    /// <summary>The scenes.</summary>
    internal SceneDataset Data => new(_folder.Full("data"));

    /// <summary>A path below the project's folder that nothing has taken yet.</summary>
    public string NewPath(string name) => _folder.Full($"{++_names}-{name}");

    /// <summary>Trains in this process.</summary>
    /// <param name="output">The run's folder.</param>
    /// <param name="more">Settings and options.</param>
    internal Task<ToolResult> TrainAsync(string output, params string[] more) =>
        ToolRunner.RunAsync(["train", Config, .. more, "--output", output]);

    /// <summary>Writes the annotations to train on with something changed, and returns the setting that uses them.</summary>
    public string Changed(Action<JsonObject> change)
    {
        JsonObject dataset = JsonNode.Parse(File.ReadAllText(Data.Train.Annotations))!.AsObject();
        change(dataset);
        return Written(dataset.ToJsonString());
    }

    /// <summary>Writes the annotations to train on with their text changed, and returns the setting that uses them.</summary>
    public string ChangedText(Func<string, string> change) => Written(change(File.ReadAllText(Data.Train.Annotations)));

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        SceneDatasetWriter.Write(Data.Folder, 6, 3, new SceneOptions { Seed = 1, Size = 64, MinThings = 2, MaxThings = 3 });
        _folder.Write("tiny.yaml", Configuration);
        ToolResult made = await TrainAsync(_folder.Full("untrained"), "schedule.iterations=0");
        Assert.Equal((0, ""), (made.Code, made.Error));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private string Written(string annotations)
    {
        string path = NewPath("annotations.json");
        File.WriteAllText(path, annotations);
        return $"data.train.annotations={path}";
    }
}
