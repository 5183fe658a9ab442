using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation;

/// <summary>What is odd about detections that are still measured.</summary>
internal static class DetectionWarnings
{
    /// <summary>Tells of detections that are ignored since their class is not one of the dataset's.</summary>
    /// <param name="detections">The detections.</param>
    /// <param name="categories">What their classes are.</param>
    /// <param name="unknown">What stands there for an unknown class.</param>
    /// <param name="warnings">Takes the warning.</param>
    public static void AddUnknownClasses(DetectionTable detections, int[] categories, int unknown, List<string> warnings)
    {
        int count = categories.AsSpan().Count(unknown);
        if (count > 0)
        {
            IEnumerable<int> places = Enumerable.Range(0, detections.Count).Where(i => categories[i] == unknown);
            IEnumerable<string> ids = places.Select(i => detections[i].CategoryId).Distinct().Order().Take(10).Select(detections.Describe);
            warnings.Add($"{count} detections ignored whose category_id is not a class of the dataset ({string.Join(", ", ids)})");
        }
    }

    /// <summary>Tells of images that are known by the names of their files, since no image has such an id.</summary>
    public static void AddNamedImages(DetectionTable detections, CocoIndex index, List<string> warnings)
    {
        if (!detections.HasTexts)
        {
            return;
        }

        long[] named =
        [
            .. Enumerable.Range(0, detections.Count).Select(i => detections[i].ImageId).Distinct().Where(id => index.IndexOfImage(id) < 0),
        ];
        if (named.Length > 0)
        {
            warnings.Add(
                $"{named.Length} images are named by their files in the results ({detections.Describe(named[0])}) and were matched by "
                + "them, since no image has such an id");
        }
    }

    /// <summary>Tells of detections beyond the largest number that counts of a class in an image.</summary>
    /// <param name="detections">How many there are.</param>
    /// <param name="classes">The classes, with what counts.</param>
    /// <param name="options">How many count.</param>
    /// <param name="warnings">Takes the warning.</param>
    public static void AddUncounted(int detections, ApClass[] classes, ApOptions options, List<string> warnings)
    {
        int counted = 0;
        foreach (ApClass category in classes)
        {
            counted += category.Detections;
        }

        if (detections > counted)
        {
            warnings.Add(
                $"{detections - counted} detections do not count: only the {options.MaxDetections[^1]} with the highest scores of a class "
                + "in an image do; ApOptions.MaxDetections takes more");
        }
    }
}
