using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>Picks the errors worth looking at: false alarms with the highest scores, and the largest of the missed objects.</summary>
internal sealed class WorstCases(Matching matching, FoundErrors errors)
{
    /// <summary>This many of each kind, by kind; each from an image of its own where there are enough images.</summary>
    public IReadOnlyList<ErrorCase> Pick(int ofEachKind) => [.. Enum.GetValues<ErrorKind>().SelectMany(kind => Pick(kind, ofEachKind))];

    private IEnumerable<ErrorCase> Pick(ErrorKind kind, int count)
    {
        if (kind == ErrorKind.Missed)
        {
            IEnumerable<int> objects = Enumerable.Range(0, matching.Objects.Count);
            int[] missed = [.. objects.Where(errors.IsMissed).OrderByDescending(i => matching.Objects.Areas[i])];
            return Spread(missed, i => matching.Objects.Image[i], count)
                .Select(i => new ErrorCase(kind, matching.Images[matching.Objects.Image[i]], null, GroundTruth(i), 0));
        }

        IEnumerable<int> detections = Enumerable.Range(0, matching.Table.Count);
        int[] places = [.. detections.Where(p => errors.Kinds[p] == kind).OrderByDescending(p => matching.Table.Scores[p])];
        return Spread(places, p => matching.Detections.Image[p], count)
            .Select(p => new ErrorCase(
                kind,
                matching.Images[matching.Detections.Image[p]],
                Detection(p),
                errors.Objects[p] >= 0 ? GroundTruth(errors.Objects[p]) : null,
                errors.IoUs[p]));
    }

    /// <summary>The first of each image, and then the others, in their order.</summary>
    private static IEnumerable<int> Spread(int[] sorted, Func<int, int> imageOf, int count)
    {
        int[] firsts = [.. sorted.DistinctBy(imageOf).Take(count)];
        return firsts.Concat(sorted.Except(firsts)).Take(count);
    }

    private ErrorSide Detection(int place)
    {
        int index = matching.Table.Detections[place];
        return Side(matching.Detections, index, matching.Detections.Source[index], matching.Table.Scores[place]);
    }

    private ErrorSide GroundTruth(int index) => Side(matching.Objects, index, matching.Rows[matching.Objects.Source[index]].Id, null);

    private ErrorSide Side(ObjectColumns columns, int index, long id, double? score)
    {
        CocoImage image = matching.Images[columns.Image[index]];
        Rle? mask = matching.Options.ComparesMasks ? columns.Masks[index].ToSegmentation()!.ToRle(image.Height, image.Width) : null;
        string name = matching.Options.UseCategories ? matching.Categories[columns.Category[index]].Name : "object";
        return new ErrorSide(id, name, score, mask?.Bounds ?? columns.Boxes[index].ToBox(), mask);
    }
}
