using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Which classes count in which images of a federated dataset, by the rules of the LVIS API (lvis-dataset/lvis-api, eval.py and
/// results.py).
/// </summary>
internal sealed class FederatedRules
{
    private readonly HashSet<(int Image, int Category)> _known = [];
    private readonly HashSet<(int Image, int Category)> _notExhaustive = [];

    /// <param name="groundTruth">The dataset.</param>
    /// <exception cref="InputException">It does not say what was looked for.</exception>
    public FederatedRules(InstanceTable groundTruth)
    {
        IReadOnlyList<CocoImage> images = groundTruth.Index.Images;
        if (!images.Any(image => image.Federated is not null))
        {
            throw InputException.InContent(
                null,
                "the images are missing the keys neg_category_ids and not_exhaustive_category_ids, so this is not a federated dataset "
                + "such as LVIS",
                InputErrorKind.Damaged);
        }

        for (int i = 0; i < images.Count; i++)
        {
            foreach (long id in images[i].Federated?.Negative ?? [])
            {
                _known.Add((i, groundTruth.Index.IndexOfCategory(id)));
            }

            foreach (long id in images[i].Federated?.NotExhaustive ?? [])
            {
                _notExhaustive.Add((i, groundTruth.Index.IndexOfCategory(id)));
            }
        }

        foreach (InstanceRow row in groundTruth.Rows)
        {
            _known.Add((row.Image, row.Category));
        }
    }

    /// <summary>Whether it is known if a class occurs in an image; both by their place in the dataset.</summary>
    public bool IsKnown(int image, int category) => _known.Contains((image, category));

    /// <summary>Whether a class may have more objects in an image than are annotated.</summary>
    public bool MayHaveMore(int image, int category) => _notExhaustive.Contains((image, category));

    /// <summary>The places of the detections with the highest scores of each image; among equal scores the earlier come first.</summary>
    /// <param name="detections">The detections.</param>
    /// <param name="limit">How many of an image are kept.</param>
    public static bool[] Best(DetectionTable detections, int limit)
    {
        bool[] kept = new bool[detections.Count];
        IEnumerable<IGrouping<long, int>> images = Enumerable.Range(0, detections.Count).GroupBy(i => detections[i].ImageId);
        foreach (IGrouping<long, int> image in images)
        {
            foreach (int i in image.OrderByDescending(i => detections[i].Score).Take(limit))
            {
                kept[i] = true;
            }
        }

        return kept;
    }
}
