using Panoptes.Masks;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

public sealed class RepeatFactorsTests
{
    private static readonly ImageRecord[] s_images =
    [
        .. Enumerable.Range(0, 8).Select(i => Image(i, 0)), Image(8, 0, 1), Image(9), // class 0 on 9 of 10 images, class 1 on one
    ];

    [Fact]
    public void Factors_follow_the_rarest_class()
    {
        double rare = Math.Sqrt(0.5 / 0.1);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, rare, 1], RepeatFactors.Of(s_images, 0.5));
        Assert.All(RepeatFactors.Of(s_images, 0.1), factor => Assert.Equal(1, factor));
        ImageRecord panoptic = Image(3) with
        {
            Panoptic = new PanopticRecord("", 2, [new(1, 4, true, false), new(2, 0, false, false), new(3, 1, true, true)]),
        };
        double[] factors = RepeatFactors.Of([panoptic, Image(1, 0), Image(2, 0), Image(3, 0)], 1);
        Assert.Equal([2, Math.Sqrt(4 / 3.0)], factors[..2]); // neither stuff nor crowds count
    }

    [Fact]
    public void An_epoch_holds_each_image_as_often_as_its_factor_says()
    {
        LoaderOptions options = new() { BatchSize = 1, AspectGrouping = false, Seed = 2 };
        BatchPlanner planner = new([1, 2.25, 1], _ => false, options);
        Assert.Equal(4.25, planner.ImagesPerEpoch);
        List<PlannedImage> planned = [];
        BatchPlan plan;
        do
        {
            plan = planner.Next();
            planned.Add(plan.Items[0]);
        }
        while (planned[^1].Epoch < 1000);
        planned.RemoveAt(planned.Count - 1);

        Assert.All(planned.GroupBy(item => item.Epoch), epoch =>
        {
            Assert.Equal([(0, 0), (1, 0), (1, 1), (2, 0)], epoch.Where(i => i.Repeat < 2).Select(i => (i.Index, i.Repeat)).Order());
            Assert.InRange(epoch.Count(i => i.Repeat == 2), 0, 1);
        });
        Assert.InRange(planned.Count(item => item.Repeat == 2), 200, 300);
        Assert.Equal(1000, plan.Epoch, 15.0);
    }

    [Fact]
    public void A_repeated_image_is_changed_anew_and_the_stream_resumes()
    {
        using ImageSet set = ImageSet.Create(6);
        LoaderOptions options = ImageSet.Options(64, batchSize: 2, workers: 2) with { RepeatThreshold = 1 };
        List<string> whole = [];
        LoaderPosition position;
        HashSet<(long, double, bool)> sides = [];
        using (DataLoader loader = new(set.Records, options))
        {
            Assert.True(loader.BatchesPerEpoch > 3);
            for (int i = 0; i < 30; i++)
            {
                using Batch batch = loader.Next(TestContext.Current.CancellationToken);
                whole.Add(BatchHash.Of(batch));
                foreach (BatchImage image in batch.Images)
                    sides.Add((image.Record.Id, Math.Floor(batch.Epoch), image.Transform.Mirror));
            }

            position = loader.Position;
        }

        using DataLoader resumed = new(set.Records, options, position with { Batches = 12 });
        for (int i = 12; i < 30; i++)
        {
            using Batch batch = resumed.Next(TestContext.Current.CancellationToken);
            Assert.Equal(whole[i], BatchHash.Of(batch));
        }

        // Some image shows both sides within an epoch.
        Assert.Contains(sides.GroupBy(s => (s.Item1, s.Item2)), both => both.Count() == 2);
    }

    private static ImageRecord Image(long id, params int[] classes) => new(
        id, "", 10, 10, [.. classes.Select(index => new ObjectRecord { ClassIndex = index, Box = new Box(0, 0, 5, 5) })]);
}
