using Panoptes.Inference;
using Panoptes.Inference.Tracking;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Tracking;

/// <summary>Squares that move over an image 200 wide and 100 high: who keeps which number.</summary>
public class TrackerTests
{
    [Fact]
    public void Objects_are_numbered_from_1_and_keep_their_numbers_as_they_move()
    {
        Tracker tracker = new();
        for (int t = 0; t < 20; t++)
        {
            Segmentation frame = Frame(Square(10 + (4 * t), 10, score: 0.6f), Square(150 - (4 * t), 60, score: 0.9f));
            TrackedSegmentation tracked = tracker.Update(frame);

            Assert.Equal(t, tracked.Index);
            Assert.Equal([(1, 0.9f), (2, 0.6f)], tracked.Instances.Select(one => (one.TrackId, one.Instance.Score)));
        }
    }

    [Fact]
    public void Objects_of_one_class_that_pass_each_other_keep_their_numbers()
    {
        // They overlap by half at t = 12; by places alone, either could be the other.
        int[] last = Follow(new TrackingOptions(), 25, t => [Square(20 + (6 * t), 30), Square(164 - (6 * t), 40)]);

        Assert.Equal([1, 2], last);
    }

    [Fact]
    public void An_object_that_was_hidden_keeps_its_number_where_its_motion_takes_it()
    {
        IEnumerable<Instance> Draw(int t) => t is >= 10 and < 18 ? [] : [Square(10 + (5 * t), 40)];

        Assert.Equal([1], Follow(new TrackingOptions(), 30, Draw));
        Assert.Equal([2], Follow(new TrackingOptions { PredictMotion = false }, 30, Draw));
        Assert.Equal([2], Follow(new TrackingOptions { MaxLostFrames = 7 }, 30, Draw));
    }

    [Fact]
    public void An_object_that_passes_behind_another_one_is_found_by_the_part_that_comes_out_first()
    {
        // A square of 30 pixels passes at 2 pixels an image behind a post of 40: its box stops at the post's edge, and seems to slow down.
        IEnumerable<Instance> Draw(int t)
        {
            Instance post = Make(Rle.FromBox(new Box(80, 0, 120, 100), 100, 200), 0.9f);
            Rle visible = Rle.FromBox(new Box(10 + (2 * t), 40, 40 + (2 * t), 70), 100, 200).Intersect(post.Mask.Complement());
            return visible.Area < 60 ? [post] : [post, Make(visible, 0.8f)];
        }

        Assert.Equal([1, 2], Follow(new TrackingOptions(), 75, Draw));
        Assert.Equal([1, 3], Follow(new TrackingOptions { ExpectOcclusion = false }, 75, Draw));
    }

    [Fact]
    public void An_object_without_an_edge_to_compare_stays_where_its_motion_takes_it()
    {
        Rle all = Rle.FromBox(new Box(0, 0, 200, 100), 100, 200);
        Rle half = Rle.FromBox(new Box(100, 40, 112, 64), 100, 200);

        AssertStays(Square(150, 40), all);
        AssertStays(Square(100, 40) with { Mask = Rle.Empty(100, 200) }, half);

        static void AssertStays(Instance instance, Rle covered)
        {
            Track track = new(Square(100, 40));
            track.Predict(byMotion: true);
            Box before = track.Whole.Box;
            track.Continue(instance, covered);
            Assert.Equal(before, track.Whole.Box);
        }
    }

    [Fact]
    public void A_low_score_continues_a_track_and_begins_none()
    {
        Instance[] Draw(int t) => [Square(10 + t, 40, score: t == 5 ? 0.2f : 0.9f), Square(150, 40, score: 0.4f)];

        Assert.Equal(20, Count(new TrackingOptions(), 20, Draw));
        Assert.Equal(19, Count(new TrackingOptions { LowScore = 0.5 }, 20, Draw));
        Assert.Equal(40, Count(new TrackingOptions { HighScore = 0.4 }, 20, Draw));
    }

    [Fact]
    public void What_appears_in_one_image_only_is_reported_after_the_first_image_if_asked_for()
    {
        Instance[] Draw(int t) => t is 0 or 3 ? [Square(20 * t, 40)] : [];

        Assert.Equal(1, Count(new TrackingOptions(), 6, Draw));
        Assert.Equal(2, Count(new TrackingOptions { MinHits = 1 }, 6, Draw));
    }

    [Fact]
    public void A_number_is_never_given_again()
    {
        Tracker tracker = new(new TrackingOptions { MinHits = 1, MaxLostFrames = 0 });
        int[] numbers =
        [
            .. Enumerable.Range(0, 6)
                .SelectMany(t => tracker.Update(t % 2 == 0 ? Frame(Square(20, 20)) : Frame()).Instances)
                .Select(one => one.TrackId),
        ];

        Assert.Equal([1, 2, 3], numbers);
    }

    [Fact]
    public void An_object_keeps_its_class()
    {
        Tracker tracker = new(new TrackingOptions { MinHits = 1 });
        Assert.Equal([1], tracker.Update(Frame(Square(20, 20, index: 0))).Instances.Select(one => one.TrackId));
        Assert.Equal([2], tracker.Update(Frame(Square(20, 20, index: 1))).Instances.Select(one => one.TrackId));
        Assert.Equal([1], tracker.Update(Frame(Square(20, 20, index: 0))).Instances.Select(one => one.TrackId));
    }

    [Fact]
    public void Boxes_suffice_where_masks_are_empty()
    {
        Instance[] Draw(int t) => [Square(10 + t, 40) with { Mask = Rle.Empty(100, 200) }];

        Assert.Equal(10, Count(new TrackingOptions { Overlap = TrackOverlap.Box }, 10, Draw));
        Assert.Equal(1, Count(new TrackingOptions { Overlap = TrackOverlap.Mask }, 10, Draw));
    }

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        Tracker tracker = new();
        tracker.Update(Frame());

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => tracker.Update(new Segmentation(100, 200, [], new SegmentationTimings())));
        Assert.Contains("Image 1 of the sequence is 100x200, the images before it are 200x100", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<TrackingOptions, string> Wrong() => new()
    {
        { new() { HighScore = 1.5 }, "TrackingOptions.HighScore: is 1.5; allowed is 0 to 1" },
        { new() { HighScore = double.NaN }, "TrackingOptions.HighScore: is NaN; allowed is 0 to 1" },
        { new() { HighScore = 0.3, LowScore = 0.4 }, "TrackingOptions.LowScore: is 0.4; allowed is 0 to HighScore (0.3)" },
        { new() { Overlap = (TrackOverlap)7 }, "TrackingOptions.Overlap: is 7; allowed is MaskAndBox, Mask, Box" },
        { new() { MinIoU = 0 }, "TrackingOptions.MinIoU: is 0; allowed is above 0, up to 1" },
        { new() { MinHits = 0 }, "TrackingOptions.MinHits: is 0; allowed is 1 or more" },
        { new() { MaxLostFrames = -1 }, "TrackingOptions.MaxLostFrames: is -1; allowed is 0 or more" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Options_outside_of_their_ranges_are_refused(TrackingOptions options, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => new Tracker(options)).Message);

    /// <summary>The numbers in the last image, by falling score and then by place.</summary>
    private static int[] Follow(TrackingOptions options, int frames, Func<int, IEnumerable<Instance>> draw)
    {
        Tracker tracker = new(options);
        TrackedSegmentation tracked = tracker.Update(Frame([.. draw(0)]));
        for (int t = 1; t < frames; t++) tracked = tracker.Update(Frame([.. draw(t)]));
        return [.. tracked.Instances.Select(one => one.TrackId)];
    }

    /// <summary>How many instances were given a number.</summary>
    private static int Count(TrackingOptions options, int frames, Func<int, Instance[]> draw)
    {
        Tracker tracker = new(options);
        return Enumerable.Range(0, frames).Sum(t => tracker.Update(Frame(draw(t))).Instances.Count);
    }

    private static Segmentation Frame(params IEnumerable<Instance> instances) =>
        new(200, 100, [.. instances.OrderByDescending(one => one.Score)], new SegmentationTimings());

    private static Instance Square(double x, double y, float score = 0.9f, int index = 0) =>
        Make(Rle.FromBox(new Box(x, y, x + 24, y + 24), 100, 200), score, index);

    private static Instance Make(Rle mask, float score, int index = 0) => new(index, $"class {index}", index + 1, score, mask.Bounds, mask);
}
