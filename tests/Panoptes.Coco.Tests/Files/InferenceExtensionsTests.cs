using Panoptes.Coco.Files;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Files;

public class InferenceExtensionsTests
{
    [Fact]
    public void Instances_become_coco_detections_with_the_datasets_ids()
    {
        Instance dog = new(1, "dog", 18, 0.75f, new Box(1, 2, 4, 6), Rle.FromMask([1, 0, 0, 1], 2, 2));

        CocoDetection detection = Assert.Single(new Segmentation(2, 2, [dog], default).ToCoco(42));

        Assert.Equal((42L, 18), (detection.ImageId, detection.CategoryId));
        Assert.Equal((dog.Mask, dog.Box, (double)dog.Score), (detection.Mask, detection.Box, detection.Score));
    }

    [Fact]
    public void Classes_of_a_card_are_listed_by_ascending_id()
    {
        ModelCard card = new()
        {
            MethodOptions = new CiaeOptions(),
            Classes = [new ModelClass("dog", 18), new ModelClass("car", 3)],
            StuffClasses = [new ModelClass("grass", 7, IsThing: false)],
        };

        Assert.Equal(
            [new PanopticCategory(3, "car", true), new PanopticCategory(7, "grass", false), new PanopticCategory(18, "dog", true)],
            card.ListCategories());
    }
}
