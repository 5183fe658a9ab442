using System.Text;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>
/// Writes an Ultralytics dataset for segmentation: data.yaml, labels/PART, and the images in images/PART, where Ultralytics looks for
/// them.
/// </summary>
internal static class YoloWriter
{
    /// <summary>Writes a dataset as one part; other parts that exist already stay.</summary>
    /// <exception cref="InputException">An image's name is malformed, or other classes are there already.</exception>
    public static ConversionResult Write(InstanceDataset dataset, ConversionContext context)
    {
        ConversionOptions options = context.Options;
        string[] names = [.. dataset.Images.Select(image => NameOf(image.FileName))];
        string[] stems = FormatImageFiles.Stems(names);
        Directory.CreateDirectory(options.Output);
        string config = YoloConfig.Write(options.Output, context.SplitName, [.. dataset.Categories.Select(c => c.Name)]);
        string labels = Path.Combine(options.Output, "labels", context.SplitName);
        string images = Path.Combine(options.Output, "images", context.SplitName);
        int objects = 0;
        context.ForEachImage("write", stems.Length, i =>
        {
            StringBuilder text = new();
            foreach (CocoAnnotation annotation in dataset.AnnotationsOf(i).Where(a => !InstanceLosses.IsSkipped(a, context)))
            {
                double[] shares = YoloOutline.Of(annotation, dataset.Images[i], context.Losses);
                text.Append(YoloLabels.Line(dataset.IndexOfCategory(annotation.CategoryId), shares)).Append('\n');
                Interlocked.Increment(ref objects);
            }

            // An image without objects has an empty file, which says that it was not forgotten.
            AtomicFile.WriteAllBytes(FormatImageFiles.Prepare(labels, stems[i], ".txt"), Encoding.UTF8.GetBytes(text.ToString()));
            context.Place(dataset.Images[i].FileName, Path.Combine(images, names[i]));
        });
        InstanceLosses.AddBoxesAndAreas(dataset, context);
        InstanceLosses.AddIds(dataset, context, classIds: true);
        return InstanceLosses.Result(dataset, context, objects, images, config);
    }

    // Readers look for labels by the last folder images of a path, so none may stand below our own.
    private static string NameOf(string fileName)
    {
        string[] parts = fileName.Split('/');
        return string.Join('/', parts.Where((part, i) => part != "images" || i == parts.Length - 1));
    }
}
