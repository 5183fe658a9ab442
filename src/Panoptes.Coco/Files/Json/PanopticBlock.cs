namespace Panoptes.Coco.Files.Json;

/// <summary>What a block of a panoptic JSON holds, or the whole file.</summary>
internal sealed class PanopticBlock
{
    public List<CocoImage> Images { get; } = [];

    public List<PanopticCategory> Categories { get; } = [];

    public List<PanopticAnnotation> Annotations { get; } = [];

    /// <summary>Adds what another block holds.</summary>
    public void Add(PanopticBlock block)
    {
        Images.AddRange(block.Images);
        Categories.AddRange(block.Categories);
        Annotations.AddRange(block.Annotations);
    }

    /// <summary>Checks that ids occur once and classes are known.</summary>
    /// <exception cref="InputException">One does not, or is not.</exception>
    public void Check()
    {
        HashSet<long> images = [];
        HashSet<long> classes = [];
        foreach (CocoImage image in Images)
        {
            Require(images.Add(image.Id), $"images: the id {image.IdAsWritten} occurs twice; every image needs its own.");
        }

        foreach (PanopticCategory category in Categories)
        {
            Require(classes.Add(category.Id), $"categories: the id {category.Id} occurs twice; every class needs its own.");
        }

        HashSet<long> annotated = [];
        HashSet<int> segments = [];
        foreach (PanopticAnnotation annotation in Annotations)
        {
            string where = $"annotation of image_id {annotation.ImageIdAsWritten}";
            Require(annotated.Add(annotation.ImageId), $"{where}: occurs twice; an image has one panoptic annotation.");
            Require(
                Images.Count == 0 || images.Contains(annotation.ImageId), $"{where}: images has no such id.");
            segments.Clear();
            foreach (PanopticSegment segment in annotation.Segments)
            {
                Require(segments.Add(segment.Id), $"{where}: the segment id {segment.Id} occurs twice.");
                Require(
                    Categories.Count == 0 || classes.Contains(segment.CategoryId),
                    $"{where}: segment {segment.Id} has the category_id {segment.CategoryId}, which categories does not have.");
            }
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InputException(message);
        }
    }
}
