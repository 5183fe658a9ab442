using System.Text.Json.Nodes;
using Panoptes.Training.Engine;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Engine;

public sealed class MetricsJsonlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string FilePath => Path.Combine(_folder.Path, "metrics.jsonl");

    private void Write(int resumed, params TrainingMetrics[] lines) => Write(resumed, null, lines);

    private void Write(int resumed, int? evaluatedAt, params TrainingMetrics[] lines)
    {
        using MetricsJsonl sink = MetricsJsonl.Open(FilePath, resumed, evaluatedAt ?? resumed);
        foreach (TrainingMetrics line in lines) sink.Write(line);
    }

    [Fact]
    public void A_line_is_one_json_object_with_every_loss_by_name()
    {
        Write(0, Metrics.At(20), Metrics.Evaluated(40));
        string[] lines = File.ReadAllLines(FilePath);
        Assert.Equal(2, lines.Length);
        JsonNode expected = JsonNode.Parse("""
            {"iteration":20,"epoch":0.2,"learning_rate":0.01,"loss_total":1.5,"loss_mask":0.5,
            "seconds":5,"images_per_second":8.5,"memory_mib":1024}
            """)!;
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(lines[0])), lines[0]);
        Assert.Equal(0.5, (double?)JsonNode.Parse(lines[1])!["eval_segm_AP"]);
    }

    [Fact]
    public void An_evaluation_that_the_run_does_not_remember_is_made_again_and_stands_there_once()
    {
        Write(0, Metrics.At(20), Metrics.Evaluated(20), Metrics.At(40), Metrics.Evaluated(40));
        Write(40, evaluatedAt: 20, Metrics.Evaluated(40));
        Assert.Equal([20, 20, 40, 40], MetricsJsonl.Read(FilePath).Select(metrics => metrics.Iteration));
        Write(40, evaluatedAt: 40);
        Assert.Equal(4, MetricsJsonl.Read(FilePath).Count);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        TrainingMetrics[] written = [Metrics.At(20, loss: 1e-300) with { Unmatched = 0.25 }, Metrics.Evaluated(40)];
        Write(0, written);
        IReadOnlyList<TrainingMetrics> read = MetricsJsonl.Read(FilePath);
        Assert.Equal(written.Select(m => m.Iteration), read.Select(m => m.Iteration));
        for (int i = 0; i < written.Length; i++) Assert.Equal(written[i].Flatten(), read[i].Flatten());
        Assert.Equal(0.25, read[0].Unmatched);
        Assert.Null(read[1].Unmatched);
    }

    [Fact]
    public void A_value_that_is_not_finite_is_null_and_comes_back_as_nan()
    {
        Write(0, Metrics.At(20, loss: double.NaN));
        Assert.Contains("\"loss_total\":null", File.ReadAllText(FilePath));
        Assert.True(double.IsNaN(MetricsJsonl.Read(FilePath)[0].Losses["total"]));
    }

    [Fact]
    public void Lines_are_on_disk_while_training_goes_on()
    {
        using MetricsJsonl sink = MetricsJsonl.Open(FilePath, 0, 0);
        sink.Write(Metrics.At(20));
        Assert.Equal(20, Assert.Single(MetricsJsonl.Read(FilePath)).Iteration);
    }

    [Fact]
    public void Resuming_drops_later_lines_and_one_that_was_cut_off()
    {
        Write(0, Metrics.At(20), Metrics.At(40), Metrics.At(60), Metrics.At(80));
        File.WriteAllText(FilePath, File.ReadAllText(FilePath)[..^9]);
        Write(40, Metrics.At(60, loss: 9));
        Assert.Equal([20, 40, 60], MetricsJsonl.Read(FilePath).Select(m => m.Iteration));
        Assert.Equal(9, MetricsJsonl.Read(FilePath)[2].Losses["total"]);
        Assert.EndsWith("}\n", File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_new_run_begins_with_an_empty_file()
    {
        Write(0, Metrics.At(20));
        Write(0);
        Assert.Empty(File.ReadAllText(FilePath));
    }

    [Fact]
    public void Lines_of_something_else_are_left_out()
    {
        File.WriteAllText(FilePath, "[1]\n\n\"x\"\n{\"iteration\":\"x\"}\n{\"iteration\":5}\n");
        Assert.Equal(5, Assert.Single(MetricsJsonl.Read(FilePath)).Iteration);
    }
}
