using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>Makes segments of labeled pixels; those that are too small become void.</summary>
/// <param name="stuff">The classes of stuff; the label of a class is its index plus 1.</param>
/// <param name="minStuffArea">Segments of stuff with fewer pixels go.</param>
/// <param name="minThingArea">Things with fewer pixels go.</param>
internal sealed class SegmentBuilder(IReadOnlyList<ModelClass> stuff, int minStuffArea, int minThingArea)
{
    /// <summary>Numbers the segments: stuff in the order of its classes, then things in theirs.</summary>
    /// <param name="labels">1 and on for the classes of stuff, then for the things; 0 is void. The map is changed and becomes the
    /// result's.</param>
    /// <param name="things">The things in the order of their labels.</param>
    /// <returns>The segments, and each thing's mask, null where it has none or went.</returns>
    public (PanopticSegmentation Panoptic, Rle?[] Masks) Build(LabelMap labels, IReadOnlyList<LabeledThing> things)
    {
        int[] ids = new int[1 + stuff.Count + things.Count];
        Rle?[] masks = new Rle?[things.Count];
        List<Segment> segments = [];
        foreach ((int label, Rle mask) in labels.ToMasks())
        {
            int thing = label - 1 - stuff.Count;
            if (mask.Area < (thing < 0 ? minStuffArea : minThingArea))
            {
                continue;
            }

            ids[label] = segments.Count + 1;
            ModelClass named = thing < 0 ? stuff[label - 1] : things[thing].Class;
            segments.Add(new Segment(
                ids[label], named.Name, named.CategoryId, thing >= 0, mask.Area, mask.Bounds, thing < 0 ? null : things[thing].Score));
            if (thing >= 0)
            {
                masks[thing] = mask;
            }
        }

        foreach (ref int label in labels.Labels)
        {
            label = ids[label];
        }

        return (new PanopticSegmentation(labels, segments), masks);
    }
}
