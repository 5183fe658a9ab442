using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>LVIS's rules on a case small enough to count by hand.</summary>
public class FederatedApTests
{
    private static readonly BoxXywh s_place = new(10, 10, 50, 50);
    private static readonly BoxXywh s_elsewhere = new(100, 100, 50, 50);

    private static readonly InstanceDataset s_groundTruth = InstanceDataset.Create(
        [
            new CocoImage(1, "a", 200, 200) { Federated = new FederatedLabels([], []) },
            new CocoImage(2, "b", 200, 200) { Federated = new FederatedLabels([1], [2]) },
        ],
        [
            new CocoCategory(1, "frequent") { Frequency = "f" },
            new CocoCategory(2, "rare") { Frequency = "r" },
            new CocoCategory(3, "common") { Frequency = "c" },
        ],
        [
            new CocoAnnotation(1, 1, 1, s_place, s_place.Area, false, null),
            new CocoAnnotation(2, 2, 2, s_place, s_place.Area, false, null),
        ]);

    private static readonly CocoDetection[] s_detections =
    [
        new(1, 1, s_place, 0.9),
        new(2, 1, s_elsewhere, 0.95), // class 1 was looked for in image 2 and is not there: a false alarm
        new(2, 2, s_place, 0.8),
        new(2, 2, s_elsewhere, 0.9), // class 2 is not annotated exhaustively in image 2: no harm
        new(1, 2, s_elsewhere, 0.99), // nobody looked for class 2 in image 1: skipped
    ];

    [Fact]
    public void Only_what_was_looked_for_counts()
    {
        ApResult result = Score(300);
        Assert.Equal(0.5, result["APf"], 12);
        Assert.Equal(1, result["APr"], 12);
        Assert.Equal(-1, result["APc"]);
        Assert.Equal(0.75, result.Ap, 12);
        Assert.Equal(1, result["AR300"]);
        Assert.Equal(["AP", "AP50", "AP75", "APs", "APm", "APl", "APr", "APc", "APf", "AR300", "ARs", "ARm", "ARl"], result.Names);
    }

    [Fact]
    public void The_limit_counts_detections_of_all_classes_of_a_image()
    {
        ApResult result = Score(2); // of image 2 the true detection of class 2 is the third
        Assert.Equal(0, result["APr"]);
        Assert.Equal(0.5, result["APf"], 12);
        Assert.Equal(0, Score(1)["APf"]); // of image 1 it is the unknown one that counts, and is skipped afterwards
    }

    [Fact]
    public void A_data_set_that_does_not_say_what_was_looked_for_is_refused()
    {
        InstanceDataset plain = InstanceDataset.Create([new CocoImage(1, "a", 9, 9)], [new CocoCategory(1, "x")], []);
        InputException error = Assert.Throws<InputException>(() => new AveragePrecision(plain, ApOptions.Lvis));
        Assert.Contains("neg_category_ids", error.Message, StringComparison.Ordinal);
    }

    private static ApResult Score(int limit) =>
        new AveragePrecision(s_groundTruth, ApOptions.Lvis with { IouType = IouType.Bbox, MaxDetections = [limit] }).Evaluate(s_detections);
}
