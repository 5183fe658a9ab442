using Panoptes.Coco.Files;
using Panoptes.Masks;
using Panoptes.Training.Distributed;

namespace Panoptes.Training.Tests.Distributed;

public class DetectionBytesTests
{
    [Fact]
    public void Detections_arrive_as_they_were()
    {
        Rle mask = Rle.FromCounts([3, 4, 5], 4, 3);
        CocoDetection[] sent =
        [
            new(long.MaxValue, 7, new BoxXywh(0.1, 1 / 3.0, 5e-324, 1e300), 0.1 + 0.2, mask),
            new(-1, 0, null, 1, Rle.FromCounts([0], 0, 0)),
            new(2, 3, new BoxXywh(1, 2, 3, 4), 0),
        ];
        Assert.Equal(sent, DetectionBytes.Read(DetectionBytes.Write(sent)));
        Assert.Empty(DetectionBytes.Read(DetectionBytes.Write([])));
    }
}
