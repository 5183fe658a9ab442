using Panoptes.Coco.Files.Tracks;
using Panoptes.Inference;
using Panoptes.Inference.Tracking;
using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>Turns what a model finds into COCO's terms.</summary>
public static class InferenceExtensions
{
    /// <summary>Converts the instances to entries of a COCO results file, with the dataset's category ids.</summary>
    /// <param name="segmentation">What was found in an image.</param>
    /// <param name="imageId">The image's id in the dataset.</param>
    /// <param name="classes">The dataset's ids of the model's classes; null where they are the same.</param>
    public static IReadOnlyList<CocoDetection> ToCoco(this Segmentation segmentation, long imageId, ClassMatch? classes = null)
    {
        ArgumentNullException.ThrowIfNull(segmentation);
        return
        [
            .. segmentation.Instances.Select(i => new CocoDetection(
                imageId, classes?[i.CategoryId] ?? i.CategoryId, BoxXywh.FromBox(i.Box), i.Score, i.Mask)),
        ];
    }

    /// <summary>Converts the tracked instances of an image to objects of a JSON of tracks, with the dataset's category ids.</summary>
    /// <param name="frame">What was found in an image of a video.</param>
    public static IReadOnlyList<TrackedObject> ToObjects(this TrackedSegmentation frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return
        [
            .. frame.Instances.Select(one => new TrackedObject(
                one.TrackId, one.Instance.CategoryId, BoxXywh.FromBox(one.Instance.Box), one.Instance.Mask, one.Instance.Score)),
        ];
    }

    /// <summary>Lists all classes of a model as a panoptic JSON does, by ascending id.</summary>
    /// <param name="card">The model's card.</param>
    public static IReadOnlyList<PanopticCategory> ListCategories(this ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return
        [
            .. card.Classes.Concat(card.StuffClasses)
                .OrderBy(c => c.CategoryId)
                .Select(c => new PanopticCategory(c.CategoryId, c.Name, c.IsThing) { IdText = c.IdText }),
        ];
    }
}
