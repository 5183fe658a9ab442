using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Training.Data;

/// <summary>From a COCO dataset to images to train on.</summary>
internal static class CocoImages
{
    /// <summary>
    /// The images in the file's order. Crowd regions are skipped: their pixels count as background, as in detectron2.
    /// </summary>
    /// <param name="dataset">The annotations.</param>
    /// <param name="imagesFolder">The folder that the file names are relative to.</param>
    /// <param name="filterEmpty">Leaves out images without an object.</param>
    /// <param name="limit">Keeps only this many of the images that remain, the first ones; null keeps all.</param>
    /// <exception cref="InputException">An image has no file name, or states no size and its file cannot be read.</exception>
    public static IReadOnlyList<ImageRecord> From(InstanceDataset dataset, string imagesFolder, bool filterEmpty, int? limit = null)
    {
        List<ImageRecord> records = new(dataset.Images.Count);
        for (int i = 0; i < dataset.Images.Count && records.Count < (limit ?? int.MaxValue); i++)
        {
            List<ObjectRecord> objects = new();
            foreach (CocoAnnotation annotation in dataset.AnnotationsOf(i))
            {
                if (!annotation.IsCrowd && annotation.Segmentation is { } segmentation)
                    objects.Add(ToObject(dataset, annotation, segmentation));
            }
            if (objects.Count > 0 || !filterEmpty)
                records.Add(ToRecord(dataset.Images[i], imagesFolder, objects));
        }
        return records;
    }

    private static ObjectRecord ToObject(InstanceDataset dataset, CocoAnnotation annotation, CocoSegmentation segmentation) => new()
    {
        ClassIndex = dataset.IndexOfCategory(annotation.CategoryId),
        Box = annotation.Box,
        Polygons = segmentation.Rle is null ? segmentation.Polygons : null,
        Mask = segmentation.Rle,
    };

    /// <summary>An image of the file, its size read from its own file where the annotations state none.</summary>
    internal static ImageRecord ToRecord(CocoImage image, string imagesFolder, IReadOnlyList<ObjectRecord> objects)
    {
        if (image.FileName.Length == 0)
            throw InputException.InContent($"image {image.Id}", "file_name is missing, but training needs the image");
        string path = DatasetPath.Resolve(imagesFolder, image.FileName);
        if (image.Width > 0 && image.Height > 0)
            return new ImageRecord(image.Id, path, image.Width, image.Height, objects);
        ImageSize size = Image.ReadSize(path);
        return new ImageRecord(image.Id, path, size.Width, size.Height, objects);
    }
}
