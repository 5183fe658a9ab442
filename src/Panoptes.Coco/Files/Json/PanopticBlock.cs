namespace Panoptes.Coco.Files.Json;

/// <summary>What a block of a panoptic JSON holds, or the whole file.</summary>
internal sealed class PanopticBlock
{
    public List<CocoImage> Images { get; } = [];

    public List<PanopticCategory> Categories { get; } = [];

    public List<PanopticAnnotation> Annotations { get; } = [];

    /// <summary>What is wrong with the elements that were skipped; null where the first stops the reading.</summary>
    public List<InputException>? Skipped { get; init; }

    /// <summary>Adds what another block holds.</summary>
    public void Add(PanopticBlock block)
    {
        Images.AddRange(block.Images);
        Categories.AddRange(block.Categories);
        Annotations.AddRange(block.Annotations);
        Skipped?.AddRange(block.Skipped ?? []);
    }

    /// <summary>Checks that ids occur once and classes are known; what is wrong is removed where it is to be skipped.</summary>
    /// <exception cref="InputException">An id does not, or a class is not.</exception>
    public void Check()
    {
        HashSet<long> images = [];
        HashSet<long> classes = [];
        RemoveWrong(
            Images,
            image => Require(images.Add(image.Id), "images", $"the id {image.IdAsWritten} occurs twice; every image needs its own."));
        RemoveWrong(
            Categories,
            category => Require(classes.Add(category.Id), "categories", $"the id {category.Id} occurs twice; every class needs its own."));

        HashSet<long> annotated = [];
        HashSet<int> segments = [];
        RemoveWrong(Annotations, annotation =>
        {
            string where = $"annotation of image_id {annotation.ImageIdAsWritten}";
            Require(annotated.Add(annotation.ImageId), where, "occurs twice; an image has one panoptic annotation.");
            Require(Images.Count == 0 || images.Contains(annotation.ImageId), where, "images has no such id.");
            segments.Clear();
            foreach (PanopticSegment segment in annotation.Segments)
            {
                Require(segments.Add(segment.Id), where, $"the segment id {segment.Id} occurs twice.");
                Require(
                    Categories.Count == 0 || classes.Contains(segment.CategoryId),
                    where,
                    $"segment {segment.Id} has the category_id {segment.CategoryId}, which categories does not have.");
            }
        });
    }

    private static void Require(bool condition, string place, string problem)
    {
        if (!condition)
        {
            throw InputException.InContent(place, problem);
        }
    }

    private void RemoveWrong<T>(List<T> elements, Action<T> check) => elements.RemoveAll(element =>
    {
        try
        {
            check(element);
            return false;
        }
        catch (InputException e) when (Skipped is not null)
        {
            Skipped.Add(e);
            return true;
        }
    });
}
