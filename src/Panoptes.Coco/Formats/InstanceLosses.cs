using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats;

/// <summary>What writers of objects have in common: which losses there are, and how they are named.</summary>
internal static class InstanceLosses
{
    // Two figures that differ by less are the same: they were computed in another order.
    private const double Tolerance = 1e-6;

    /// <summary>How messages call an object.</summary>
    public static string NameOf(CocoAnnotation annotation) => $"annotation {annotation.Id}";

    /// <summary>Whether a crowd is skipped by a format without a flag for it, and says so.</summary>
    public static bool IsSkipped(CocoAnnotation annotation, ConversionContext context)
    {
        if (annotation.IsCrowd)
        {
            context.Losses.Add(context.Options.KeepCrowds ? LossKind.CrowdFlags : LossKind.Crowds, NameOf(annotation));
        }

        return Drops(annotation, context.Options);
    }

    /// <summary>Names an outline that becomes pixels.</summary>
    public static void AddPixels(CocoAnnotation annotation, ConversionContext context)
    {
        if (annotation.Segmentation is { Rle: null })
        {
            context.Losses.Add(LossKind.PolygonsToPixels, NameOf(annotation));
        }
    }

    /// <summary>Names stated boxes and areas that cannot be recovered from the outlines.</summary>
    public static void AddBoxesAndAreas(InstanceDataset dataset, ConversionContext context)
    {
        for (int i = 0; i < dataset.Images.Count; i++)
        {
            CocoImage image = dataset.Images[i];
            foreach (CocoAnnotation annotation in dataset.AnnotationsOf(i).Where(
                a => a.Segmentation is not null && !Drops(a, context.Options)))
            {
                (BoxXywh box, double area) = InstanceBuilder.Measure(annotation.Segmentation!, image.Height, image.Width);
                BoxXywh stated = annotation.Bbox;
                bool same = Same(area, annotation.Area) && Same(box, stated);
                context.Losses.Add(LossKind.BoxesAndAreas, NameOf(annotation), same ? 0 : 1);
            }
        }
    }

    /// <summary>Names ids that reading the format again will not find.</summary>
    /// <param name="dataset">What is written.</param>
    /// <param name="context">Where losses go.</param>
    /// <param name="classIds">Whether the format keeps the order of classes but not their ids.</param>
    public static void AddIds(InstanceDataset dataset, ConversionContext context, bool classIds)
    {
        for (int i = 0; classIds && i < dataset.Categories.Count; i++)
        {
            CocoCategory category = dataset.Categories[i];
            context.Losses.Add(LossKind.ClassIds, $"{category.Name} {category.Id}", category.Id == i + 1 ? 0 : 1);
        }

        bool named = dataset.Images.All(image => InstanceBuilder.NumberIn(image.FileName) == image.Id);
        for (int i = 0; i < dataset.Images.Count; i++)
        {
            CocoImage image = dataset.Images[i];
            context.Losses.Add(LossKind.ImageIds, $"{image.FileName} {image.Id}", named || image.Id == i + 1 ? 0 : 1);
        }

        long next = 1;
        foreach (CocoAnnotation annotation in dataset.Annotations.Where(a => !Drops(a, context.Options)))
        {
            context.Losses.Add(LossKind.AnnotationIds, NameOf(annotation), annotation.Id == next++ ? 0 : 1);
        }
    }

    private static bool Drops(CocoAnnotation annotation, ConversionOptions options) =>
        annotation.IsCrowd && !options.KeepCrowds && (options.To is DatasetFormat.Yolo or DatasetFormat.Masks);

    private static bool Same(in BoxXywh one, in BoxXywh other) =>
        Same(one.X, other.X) && Same(one.Y, other.Y) && Same(one.Width, other.Width) && Same(one.Height, other.Height);

    private static bool Same(double one, double other) => Math.Abs(one - other) <= Tolerance * Math.Max(1, Math.Abs(one));

    /// <summary>The result of writing objects.</summary>
    public static ConversionResult Result(
        InstanceDataset dataset, ConversionContext context, int objects, string? imageFolder, string? output = null) =>
        new(
            context.Options.From,
            context.Options.To,
            dataset.Images.Count,
            objects,
            dataset.Categories.Count,
            output ?? context.Options.Output,
            context.ImagesPlaced,
            imageFolder,
            context.Losses.ToList());
}
