using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Training.Export.Quantization;

/// <summary>
/// How well two predictions of an image agree: the mean over what either finds for sure of the IoU with what the other finds of the same
/// class. The other's score may be lower, so that an object at the threshold is not lost by a rounding.
/// </summary>
internal sealed class MaskAgreement
{
    /// <summary>The least score of what is found for sure.</summary>
    public const double SureScore = 0.3;

    /// <summary>The least score of what it may be compared with.</summary>
    public const double LeastScore = 0.1;

    private double _sum;
    private int _count;

    /// <summary>The agreement of all images so far, 0 to 1; 1 where neither found anything.</summary>
    public double Mean => _count == 0 ? 1 : _sum / _count;

    /// <summary>Adds the predictions of an image.</summary>
    public void Add(Segmentation one, Segmentation other)
    {
        Found[] first = ListFound(one), second = ListFound(other);
        AddOneWay(first, second);
        AddOneWay(second, first);
    }

    private void AddOneWay(Found[] sure, Found[] others)
    {
        bool[] taken = new bool[others.Length];
        foreach (Found found in sure.Where(f => f.Score >= SureScore))
        {
            (double best, int place) = (0, -1);
            for (int i = 0; i < others.Length; i++)
            {
                if (!taken[i] && others[i].CategoryId == found.CategoryId && others[i].IsThing == found.IsThing
                    && found.Mask.IoU(others[i].Mask) is var iou && iou > best)
                {
                    (best, place) = (iou, i);
                }
            }

            if (place >= 0)
            {
                taken[place] = true;
            }

            _sum += best;
            _count++;
        }
    }

    private static Found[] ListFound(Segmentation segmentation)
    {
        if (segmentation.Panoptic is not { } panoptic)
        {
            return [.. segmentation.Instances.Where(i => !i.Mask.IsEmpty).Select(i => new Found(i.CategoryId, true, i.Score, i.Mask))];
        }

        SortedDictionary<int, Rle> masks = panoptic.Labels.ToMasks();
        return [.. panoptic.Segments.Select(s => new Found(s.CategoryId, s.IsThing, 1, masks[s.Id]))];
    }

    private sealed record Found(long CategoryId, bool IsThing, double Score, Rle Mask);
}
