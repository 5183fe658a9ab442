using Panoptes.Coco.Files;
using Panoptes.Coco.Formats.Panoptic;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>From a panoptic dataset to images to train on, and to objects to measure by.</summary>
internal static class PanopticImages
{
    /// <summary>Reads a panoptic JSON that names its images and classes, which results do not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large its images may be; null for the defaults.</param>
    /// <exception cref="InputException">The file is missing, malformed, or names no images, no classes or no thing.</exception>
    public static PanopticDataset Load(string path, InputLimits? limits = null)
    {
        PanopticDataset dataset = PanopticDataset.Load(path, limits);
        string? problem = dataset.Categories.Count == 0 ? "is missing the key 'categories', which names the classes"
            : dataset.Images.Count == 0 ? "is missing the key 'images', which names the images' files"
            : !dataset.Categories.Any(c => c.IsThing) ? "has no class of things (isthing 1), and a detector needs one"
            : null;
        return problem is null ? dataset : throw new InputException(InputErrorKind.Invalid, path, null, $"{problem}");
    }

    /// <summary>The classes of things by ascending id: the order of class logits.</summary>
    public static IReadOnlyList<ModelClass> Things(PanopticDataset dataset) => Classes(dataset, things: true);

    /// <summary>The classes of stuff by ascending id: the order of labels and of what networks give for stuff.</summary>
    public static IReadOnlyList<ModelClass> Stuff(PanopticDataset dataset) => Classes(dataset, things: false);

    /// <summary>
    /// The annotated images in the order of the annotations. Only the JSON is needed here: a PNG is read when its image is.
    /// </summary>
    /// <param name="dataset">The annotations, with images and classes.</param>
    /// <param name="imagesFolder">The folder that the images' file names are relative to.</param>
    /// <param name="labelsFolder">The folder of the PNGs.</param>
    /// <param name="stuff">Whether stuff is learned too; without it an image is empty where it has no thing.</param>
    /// <param name="filterEmpty">Skips images without a segment to learn; crowds do not count.</param>
    /// <param name="limit">Keeps only this many of the images that remain, the first ones; null keeps all.</param>
    /// <exception cref="InputException">An image is not among images, has no file name, or states no size and its file cannot be
    /// read.</exception>
    public static IReadOnlyList<ImageRecord> From(
        PanopticDataset dataset, string imagesFolder, string labelsFolder, bool stuff, bool filterEmpty, int? limit = null)
    {
        Dictionary<long, (int Index, bool IsThing)> classes = [];
        foreach (bool things in new[] { true, false })
        {
            foreach ((int index, ModelClass named) in Classes(dataset, things).Index())
            {
                classes.Add(named.CategoryId, (index, things));
            }
        }

        int stuffClasses = dataset.Categories.Count(c => !c.IsThing);
        Dictionary<long, CocoImage> images = dataset.Images.ToDictionary(image => image.Id);
        List<ImageRecord> records = [];
        foreach (PanopticAnnotation annotation in dataset.Annotations)
        {
            SegmentRecord[] segments = [.. annotation.Segments.Select(segment =>
            {
                (int index, bool isThing) = classes[segment.CategoryId];
                return new SegmentRecord(segment.Id, index, isThing, segment.IsCrowd);
            })];
            if (records.Count < (limit ?? int.MaxValue)
                && (!filterEmpty || segments.Any(segment => !segment.IsCrowd && (stuff || segment.IsThing))))
            {
                ImageRecord record = CocoImages.ToRecord(images[annotation.ImageId], imagesFolder, []);
                string labels = DatasetPath.Resolve(labelsFolder, annotation.FileName);
                records.Add(record with { Panoptic = new PanopticRecord(labels, stuffClasses, segments) });
            }
        }

        return records;
    }

    /// <summary>Reads the things of the annotated images from their PNGs, crowds included, as a dataset of objects.</summary>
    /// <param name="dataset">The annotations, with images and classes.</param>
    /// <param name="labelsFolder">The folder of the PNGs.</param>
    /// <param name="limit">Only this many images, the first ones; null takes all.</param>
    /// <exception cref="InputException">A PNG cannot be read, or does not have the segments that the JSON states.</exception>
    public static InstanceDataset ReadObjects(PanopticDataset dataset, string labelsFolder, int? limit = null)
    {
        PanopticAnnotation[] annotations = [.. dataset.Annotations.Take(limit ?? int.MaxValue)];
        Dictionary<long, CocoImage> images = dataset.Images.ToDictionary(image => image.Id);
        HashSet<long> things = [.. dataset.Categories.Where(c => c.IsThing).Select(c => c.Id)];
        CocoAnnotation[][] objects = new CocoAnnotation[annotations.Length][];
        CocoImage[] sized = new CocoImage[annotations.Length];
        ParallelInput.For(
            annotations.Length,
            i =>
            {
                (sized[i], objects[i]) = ReadObjects(annotations[i], images[annotations[i].ImageId], labelsFolder, things);
            },
            (_, message) => message);
        return InstanceDataset.Create(
            sized,
            dataset.Categories.Where(c => c.IsThing).Select(c => new CocoCategory(c.Id, c.Name, c.Supercategory) { IdText = c.IdText }),
            objects.SelectMany(image => image).Select((annotation, i) => annotation with { Id = i + 1 }));
    }

    /// <summary>
    /// Reads the segments of an image from its PNG, as a panoptic model would give them: ids from 1 in the file's order, crowds void.
    /// </summary>
    /// <param name="record">The image, with panoptic annotations.</param>
    /// <param name="things">The classes of things.</param>
    /// <param name="stuff">The classes of stuff.</param>
    /// <exception cref="InputException">The PNG cannot be read, or does not have the segments that the JSON states.</exception>
    public static PanopticSegmentation ReadSegments(ImageRecord record, IReadOnlyList<ModelClass> things, IReadOnlyList<ModelClass> stuff)
    {
        PanopticRecord panoptic = record.Panoptic ?? throw new ArgumentException("the image has no panoptic annotations", nameof(record));
        LabelMap map = LabelMap.Load(panoptic.Path);
        SegmentPixels pixels = SegmentPixels.Of(map, [.. panoptic.Segments.Select(s => s.Id)], panoptic.Path);
        Dictionary<int, int> ids = new() { [0] = 0 };
        List<Segment> segments = [];
        foreach ((int i, SegmentRecord segment) in panoptic.Segments.Index())
        {
            ids.Add(segment.Id, segment.IsCrowd ? 0 : segments.Count + 1);
            if (!segment.IsCrowd)
            {
                ModelClass named = (segment.IsThing ? things : stuff)[segment.ClassIndex];
                segments.Add(new Segment(
                    segments.Count + 1, named.Name, named.CategoryId, segment.IsThing, pixels.Masks[i].Area, pixels.Boxes[i]));
            }
        }

        foreach (ref int label in map.Labels)
        {
            label = ids[label];
        }

        return new PanopticSegmentation(map, segments);
    }

    private static (CocoImage Image, CocoAnnotation[] Objects) ReadObjects(
        PanopticAnnotation annotation, CocoImage image, string labelsFolder, HashSet<long> things)
    {
        string path = DatasetPath.Resolve(labelsFolder, annotation.FileName);
        if (image.Width <= 0 || image.Height <= 0)
        {
            ImageSize size = Image.ReadSize(path);
            image = image with { Width = size.Width, Height = size.Height };
        }

        SegmentPixels pixels = SegmentPixels.Load(path, [.. annotation.Segments.Select(s => s.Id)], image.Width, image.Height);
        List<CocoAnnotation> objects = [];
        foreach ((PanopticSegment stated, Rle mask) in annotation.Segments.Zip(pixels.Masks))
        {
            if (things.Contains(stated.CategoryId))
            {
                BoxXywh box = stated.Bbox ?? BoxXywh.FromBox(mask.Bounds);
                double area = stated.Area ?? mask.Area;
                CocoSegmentation segmentation = CocoSegmentation.FromRle(mask);
                objects.Add(new CocoAnnotation(0, image.Id, stated.CategoryId, box, area, stated.IsCrowd, segmentation));
            }
        }

        return (image, [.. objects]);
    }

    private static ModelClass[] Classes(PanopticDataset dataset, bool things) =>
    [
        .. dataset.Categories.Where(c => c.IsThing == things).OrderBy(c => c.Id)
            .Select(c => new ModelClass(c.Name, c.Id, things) { IdText = c.IdText }),
    ];
}
