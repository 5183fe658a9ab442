using System.Text.Json;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Tracking;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Tracks;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Evaluation.Tracking;

/// <summary>HOTA, IDF1 and MOTA, computed by hand and by TrackEval.</summary>
public class TrackingQualityTests
{
    private const double Near = 1e-12;

    private static readonly CocoCategory[] s_person = [new(1, "person")];

    [Fact]
    public void What_is_found_exactly_is_1()
    {
        TrackDataset truth = Video("AB", "AB", "AB");

        TrackingFigures all = Score(truth, truth).All;

        Assert.All([all.Hota, all.DetA, all.AssA, all.LocA, all.Idf1, all.Mota, all.Motp], figure => Assert.Equal(1, figure, Near));
        Assert.Equal((6, 0, 0, 0, 2, 2), (all.Matches, all.Misses, all.FalseAlarms, all.IdSwitches, all.Tracks, all.MostlyTracked));
    }

    [Fact]
    public void A_change_of_number_costs_once_in_mota_and_half_in_idf1()
    {
        // Track A of 4 images is found as A and then as C; B is right.
        TrackingFigures all = Score(Video("AB", "AB", "AB", "AB"), Video("AB", "AB", "CB", "CB")).All;

        Assert.Equal(1 - (1.0 / 8), all.Mota, Near);
        Assert.Equal(6.0 / 8, all.Idf1, Near);
        // Of A's four matches each agrees with 2 of 4 images, of B's with all.
        Assert.Equal(((4 * 0.5) + (4 * 1)) / 8, all.AssA, Near);
        Assert.Equal(Math.Sqrt(0.75), all.Hota, Near);
        Assert.Equal((1, 0, 3), (all.IdSwitches, all.Fragmentations, all.PredictedTracks));
    }

    [Fact]
    public void Misses_and_false_alarms_cost_one_each()
    {
        // B is missed in the second image, which is a fragmentation; C is seen where nothing is.
        TrackingFigures all = Score(Video("AB", "AB", "AB"), Video("AB", "A.C", "AB")).All;

        Assert.Equal((5, 1, 1, 0, 1), (all.Matches, all.Misses, all.FalseAlarms, all.IdSwitches, all.Fragmentations));
        Assert.Equal(1 - (2.0 / 6), all.Mota, Near);
        Assert.Equal(2.0 * 5 / 12, all.Idf1, Near);
        Assert.Equal(5.0 / 7, all.DetA, Near);
    }

    [Fact]
    public void Thresholds_of_hota_count_how_well_things_are_found()
    {
        // A box 10 wide moved by 2.5: IoU 7.5 / 12.5 = 0.6, which 12 of the 19 thresholds accept.
        TrackDataset truth = Boxes(new BoxXywh(0, 0, 10, 10));
        TrackDataset found = Boxes(new BoxXywh(2.5, 0, 10, 10));

        TrackingFigures all = Score(truth, found, IouType.Bbox).All;

        Assert.Equal(12.0 / 19, all.Hota, Near);
        Assert.Equal(((12 * 0.6) + 7) / 19, all.LocA, Near);
        Assert.Equal((0.6, 1, 1), (all.Motp, all.Mota, all.Idf1));

        static TrackDataset Boxes(BoxXywh box) => new(s_person, [new("v", 100, 100, [[new TrackedObject(1, 1, box, null)]])]);
    }

    [Fact]
    public void Nothing_found_and_nothing_there_are_defined()
    {
        TrackingFigures missed = Score(Video("A", "A"), Video(".", ".")).All;
        TrackingFigures seen = Score(Video(".", "."), Video("A", "A")).All;
        TrackingFigures neither = Score(Video("."), Video(".")).All;

        Assert.Equal((0, 0, 0, 2, 1), (missed.Hota, missed.Mota, missed.Idf1, missed.Misses, missed.MostlyLost));
        Assert.Equal((0, -2, 0, 2), (seen.Hota, seen.Mota, seen.Idf1, seen.FalseAlarms));
        Assert.Equal((0, 0, 0, 0), (neither.Hota, neither.Mota, neither.Idf1, neither.Tracks));
    }

    [Fact]
    public void Every_figure_equals_trackeval()
    {
        using TemporaryGolden golden = new();
        TrackingResult result = TrackingQuality.Score(
            golden.Path("gt.json"), golden.Path("dt.json"), IouType.Bbox, cancellationToken: TestContext.Current.CancellationToken);

        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(golden.Path("expected.json")));
        Assert.Equal((2, 65), (result.Videos, result.Frames));
        RequireEqual(expected.RootElement.GetProperty("all"), result.All);
        Assert.Equal([1, 7], result.Classes.Select(one => one.Category.Id));
        foreach (TrackingClass one in result.Classes) RequireEqual(expected.RootElement.GetProperty($"{one.Category.Id}"), one.Figures);
    }

    [Fact]
    public void Videos_and_classes_that_do_not_belong_together_are_named()
    {
        TrackDataset truth = Video("A", "A");
        TrackDataset longer = Video("A", "A", "A");
        TrackDataset two = truth with { Videos = [truth.Videos[0], truth.Videos[0] with { Name = "w" }] };

        Assert.Contains("has 3 images, but only 2", Message(truth, longer), StringComparison.Ordinal);
        Assert.Contains("has a video 'w' that the ground truth does not have; it has 'v'", Message(truth, two), StringComparison.Ordinal);
        Assert.Contains(
            "no class 1 'cat'", Message(truth, truth with { Categories = [new(1, "cat")] }), StringComparison.Ordinal);
        TrackingResult shorter = Score(longer, truth);
        Assert.Equal(1, shorter.All.Misses);
        Assert.Equal("Video 'v': 2 of 3 images have predictions; in the others nothing counts as found.", Assert.Single(shorter.Warnings));

        static string Message(TrackDataset truth, TrackDataset found) =>
            Assert.Throws<InputException>(() => Score(truth, found)).Message;
    }

    [Fact]
    public void Classes_are_matched_by_name()
    {
        TrackDataset truth = Video("A", "A");
        TrackDataset found = new(
            [new(5, "person")],
            [
                new("v", 100, 100, [.. truth.Videos[0].Frames.Select(frame => (IReadOnlyList<TrackedObject>)
                    [.. frame.Select(one => one with { CategoryId = 5 })])]),
            ]);

        TrackingResult result = Score(truth, found);

        Assert.Equal(1, result.All.Hota, Near);
        Assert.Contains("matched by name", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    private static TrackingResult Score(TrackDataset truth, TrackDataset found, IouType iou = IouType.Segm) =>
        TrackingQuality.Score(truth, found, iou, TestContext.Current.CancellationToken);

    private static void RequireEqual(JsonElement expected, TrackingFigures figures)
    {
        (string Key, double Value)[] all =
        [
            ("HOTA", figures.Hota), ("DetA", figures.DetA), ("AssA", figures.AssA), ("LocA", figures.LocA),
            ("MOTA", figures.Mota), ("MOTP", figures.Motp), ("CLR_TP", figures.Matches), ("CLR_FN", figures.Misses),
            ("CLR_FP", figures.FalseAlarms), ("IDSW", figures.IdSwitches), ("Frag", figures.Fragmentations),
            ("MT", figures.MostlyTracked), ("ML", figures.MostlyLost), ("IDF1", figures.Idf1),
            ("IDP", figures.IdPrecision), ("IDR", figures.IdRecall),
        ];
        foreach ((string key, double value) in all)
        {
            double golden = expected.GetProperty(key).GetDouble();
            Assert.True(Math.Abs(golden - value) < 1e-9, $"{key}: {golden} but {value}");
        }
    }

    /// <summary>Images of objects that are letters: where in a text a letter stands is the place, the letter the track.</summary>
    private static TrackDataset Video(params string[] frames) => new(
        s_person,
        [
            new("v", 100, 100, [.. frames.Select(frame => (IReadOnlyList<TrackedObject>)
                [.. frame.Index().Where(one => one.Item != '.').Select(one => At(one.Item, one.Index))])]),
        ]);

    private static TrackedObject At(char track, int place)
    {
        Rle mask = Rle.FromBox(new Box(20 * place, 10, (20 * place) + 10, 30), 100, 100);
        return new TrackedObject(track, 1, BoxXywh.FromBox(mask.Bounds), mask);
    }
}
