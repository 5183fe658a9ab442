using Panoptes.Training.Engine;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Engine;

public sealed class MetricsCsvTests : IDisposable
{
    private const string Header = "iteration,epoch,learning_rate,loss_total,loss_mask,seconds,images_per_second,memory_mib";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string FilePath => Path.Combine(_folder.Path, "metrics.csv");

    private string[] Write(int resumed, params TrainingMetrics[] rows) => Write(resumed, null, rows);

    private string[] Write(int resumed, int? evaluatedAt, params TrainingMetrics[] rows)
    {
        using (MetricsCsv sink = MetricsCsv.Open(FilePath, resumed, evaluatedAt ?? resumed))
        {
            foreach (TrainingMetrics row in rows) sink.Write(row);
        }
        return File.ReadAllLines(FilePath);
    }

    [Fact]
    public void There_is_a_header_and_a_row_for_each_iteration() => Assert.Equal(
        [Header, "20,0.2,0.01,1.5,0.5,5,8.5,1024", "40,0.4,0.01,1.5,0.5,10,8.5,1024"], Write(0, Metrics.At(20), Metrics.At(40)));

    [Fact]
    public void An_evaluation_that_the_run_does_not_remember_stands_there_once()
    {
        Write(0, Metrics.At(20), Metrics.Evaluated(20), Metrics.At(40), Metrics.Evaluated(40));
        Assert.Equal(["20", "20", "40", "40"], Write(40, evaluatedAt: 20, Metrics.Evaluated(40)).Skip(1).Select(row => row.Split(',')[0]));
    }

    [Fact]
    public void Names_that_appear_later_become_columns_at_the_right() => Assert.Equal(
        [
            Header + ",eval_segm_AP,eval_bbox_AP",
            "20,0.2,0.01,1.5,0.5,5,8.5,1024,,",
            "40,0.4,0.01,1.5,0.5,10,8.5,1024,0.5,-1",
            "60,0.6,0.01,1.5,0.5,15,8.5,1024,,",
        ],
        Write(0, Metrics.At(20), Metrics.Evaluated(40), Metrics.At(60)));

    [Fact]
    public void Resuming_drops_later_rows_and_keeps_the_columns()
    {
        Write(0, Metrics.At(20), Metrics.Evaluated(40), Metrics.At(60));
        Assert.Equal(
            [Header + ",eval_segm_AP,eval_bbox_AP", "20,0.2,0.01,1.5,0.5,5,8.5,1024,,", "30,0.3,0.01,6,2,7.5,8.5,1024,,"],
            Write(20, Metrics.At(30, loss: 6)));
    }

    [Fact]
    public void Resuming_drops_a_row_that_was_cut_off()
    {
        Write(0, Metrics.At(20), Metrics.At(40));
        File.WriteAllText(FilePath, File.ReadAllText(FilePath)[..^10]);
        Assert.Equal([Header, "20,0.2,0.01,1.5,0.5,5,8.5,1024"], Write(40));
    }

    [Fact]
    public void Resuming_without_a_file_begins_one() => Assert.Equal(2, Write(40, Metrics.At(60)).Length);

    [Fact]
    public void A_new_run_begins_afresh()
    {
        Write(0, Metrics.Evaluated(20));
        Assert.Equal(Header, Write(0, Metrics.At(20))[0]);
    }
}
