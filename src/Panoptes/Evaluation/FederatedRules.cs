using Panoptes.Coco;

namespace Panoptes.Evaluation;

/// <summary>
/// Which classes count in which pictures of a federated data set, by the rules of the LVIS API (lvis-dataset/lvis-api, eval.py and results.py).
/// </summary>
internal sealed class FederatedRules
{
    private readonly HashSet<(int Image, int Category)> _known = [];
    private readonly HashSet<(int Image, int Category)> _notExhaustive = [];

    /// <param name="truth">The data set.</param>
    /// <exception cref="InputException">It does not say what was looked for.</exception>
    public FederatedRules(InstanceTable truth)
    {
        IReadOnlyList<CocoImage> images = truth.Index.Images;
        if (!images.Any(image => image.Federated is not null))
        {
            throw new InputException(
                "the pictures lack the keys neg_category_ids and not_exhaustive_category_ids, so this is no federated data set such as LVIS");
        }

        for (int i = 0; i < images.Count; i++)
        {
            foreach (int id in images[i].Federated?.Negative ?? [])
            {
                _known.Add((i, truth.Index.IndexOfCategory(id)));
            }

            foreach (int id in images[i].Federated?.NotExhaustive ?? [])
            {
                _notExhaustive.Add((i, truth.Index.IndexOfCategory(id)));
            }
        }

        foreach (InstanceRow row in truth.Rows)
        {
            _known.Add((row.Image, row.Category));
        }
    }

    /// <summary>Whether it is known if a class occurs in a picture; both by their place in the data set.</summary>
    public bool IsKnown(int image, int category) => _known.Contains((image, category));

    /// <summary>Whether a class may have more objects in a picture than are annotated.</summary>
    public bool MayHaveMore(int image, int category) => _notExhaustive.Contains((image, category));

    /// <summary>The places of the detections with the highest scores of each picture; among equal scores the earlier come first.</summary>
    /// <param name="detections">The detections.</param>
    /// <param name="limit">How many of a picture are kept.</param>
    public static bool[] Best(DetectionTable detections, int limit)
    {
        bool[] kept = new bool[detections.Count];
        IEnumerable<IGrouping<long, int>> pictures = Enumerable.Range(0, detections.Count).GroupBy(i => detections[i].ImageId);
        foreach (IGrouping<long, int> picture in pictures)
        {
            foreach (int i in picture.OrderByDescending(i => detections[i].Score).Take(limit))
            {
                kept[i] = true;
            }
        }

        return kept;
    }
}
