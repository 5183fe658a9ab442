using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Masks;
using static Panoptes.Coco.Tests.Evaluation.SmallCases;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>What must hold of average precision whatever is compared.</summary>
public class ApLawTests
{
    private const int Digits = 12; // the precision of a single hit is 1 / (1 + 2e-16)

    [Theory]
    [InlineData(IouType.Bbox)]
    [InlineData(IouType.Segm)]
    [InlineData(IouType.Boundary)]
    public void Random_cases_with_ties_crowds_and_empty_classes_agree_with_brute_force(IouType iouType) =>
        RandomMasks.Holds(Case(), test => AgreesWithBruteForce(test, SmallLimits with { IouType = iouType, BoundaryRatio = 0.12 }));

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void So_do_federated_ones(int limit) => RandomMasks.Holds(FederatedCase(), test =>
        AgreesWithBruteForce(test, SmallLimits with { Federated = true, MaxDetections = [limit] }));

    [Fact]
    public void The_order_of_detections_does_not_matter_unless_scores_are_equal() => RandomMasks.Holds(Case(), test =>
    {
        List<CocoDetection> detections = WithDistinctScores(test.Detections);
        ApResult result = Score(test.GroundTruth, detections);
        return Same(result, Score(test.GroundTruth, Enumerable.Reverse(detections)))
            && Same(result, Score(test.GroundTruth, detections.OrderBy(d => d.Bbox!.Value.X).ThenBy(d => d.CategoryId)));
    });

    [Fact]
    public void Only_the_order_of_scores_matters() => RandomMasks.Holds(Case(), test =>
        Same(
            Score(test.GroundTruth, test.Detections),
            Score(test.GroundTruth, test.Detections.Select(d => d with { Score = Math.Exp(3 * d.Score) - 7 }))));

    [Fact]
    public void A_false_alarm_below_all_others_never_raises_a_figure() => RandomMasks.Holds(Case(), test =>
    {
        CocoDetection wrong = new(EmptyImage, 1, new BoxXywh(0, 0, 3, 3), -1, Rle.FromBox(new Box(0, 0, 3, 3), Side, Side));
        ApResult before = Score(test.GroundTruth, test.Detections);
        ApResult after = Score(test.GroundTruth, [.. test.Detections, wrong]);
        return before.Precision.ToArray().Zip(after.Precision.ToArray()).All(pair => pair.Second <= pair.First)
            && before.Recall.SequenceEqual(after.Recall);
    });

    [Fact]
    public void A_false_alarm_above_all_others_lowers_AP_wherever_something_was_found() => RandomMasks.Holds(Case(), test =>
    {
        CocoDetection wrong = new(EmptyImage, 1, new BoxXywh(0, 0, 3, 3), 9, Rle.FromBox(new Box(0, 0, 3, 3), Side, Side));
        double before = Score(test.GroundTruth, test.Detections).Classes[0].Ap;
        double after = Score(test.GroundTruth, [.. test.Detections, wrong]).Classes[0].Ap;
        return before > 0 ? after < before : after == before;
    });

    [Fact]
    public void The_objects_themselves_as_detections_are_perfect() => RandomMasks.Holds(Case(), test =>
    {
        ApOptions options = SmallLimits with { MaxDetections = [1, 100] };
        CocoAnnotation[] objects = [.. test.GroundTruth.Annotations.Where(a => !a.IsCrowd)];
        CocoDetection[] found = [.. objects.Select((o, i) => Detection(o, 0.9 - (i / 100.0)))];
        ApResult result = new AveragePrecision(test.GroundTruth, options).Evaluate(found);
        return result.Classes.All(c => c.Objects == 0 ? c.Ap == -1 : Math.Round(c.Ap, Digits) == 1 && c.Ar == 1);
    });

    [Fact]
    public void All_figures_lie_between_0_and_1_or_are_not_defined() => RandomMasks.Holds(Case(), test =>
    {
        ApResult result = Score(test.GroundTruth, test.Detections);
        return result.Precision.ToArray().Concat(result.Recall.ToArray()).Concat(result.Stats).All(value => value is -1 or (>= 0 and <= 1));
    });

    private static bool AgreesWithBruteForce((InstanceDataset GroundTruth, List<CocoDetection> Detections) test, ApOptions options)
    {
        ApResult result = new AveragePrecision(test.GroundTruth, options).Evaluate(test.Detections);
        BruteForceAp expected = new BruteForceAp(test.GroundTruth, test.Detections, options).Run();
        return result.Precision.SequenceEqual(expected.Precision.ToArray()) && result.Recall.SequenceEqual(expected.Recall.ToArray());
    }

    private static ApResult Score(InstanceDataset groundTruth, IEnumerable<CocoDetection> detections) =>
        new AveragePrecision(groundTruth, SmallLimits).Evaluate([.. detections]);

    private static bool Same(ApResult a, ApResult b) =>
        a.Precision.SequenceEqual(b.Precision) && a.Recall.SequenceEqual(b.Recall) && a.Stats.SequenceEqual(b.Stats);
}
