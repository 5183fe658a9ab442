using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Evaluation;

public class ObjectMatcherTests
{
    private static Rle Rectangle(int left, int width) => Rle.FromBox(new Box(left, 2, left + width, 8), 10, 40);

    [Fact]
    public void Objects_are_paired_best_first_and_once()
    {
        Rle[] groundTruth = [Rectangle(0, 10), Rectangle(20, 10)];
        Rle[] found = [Rectangle(1, 10), Rectangle(0, 10), Rectangle(21, 10), Rectangle(12, 6)];
        Assert.Equal([-1, 0, 1, -1], ObjectMatcher.Match(found, groundTruth));
    }

    [Fact]
    public void Half_an_object_is_enough_and_less_is_not()
    {
        Assert.Equal([0], ObjectMatcher.Match([Rectangle(0, 5)], [Rectangle(0, 10)]));
        Assert.Equal([-1], ObjectMatcher.Match([Rectangle(0, 4)], [Rectangle(0, 10)]));
    }

    [Fact]
    public void Nothing_found_and_nothing_there_are_no_problem()
    {
        Assert.Empty(ObjectMatcher.Match([], [Rectangle(0, 10)]));
        Assert.Equal([-1], ObjectMatcher.Match([Rectangle(0, 10)], []));
    }
}
