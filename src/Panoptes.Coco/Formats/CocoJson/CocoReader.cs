using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.CocoJson;

/// <summary>Reads COCO's instance JSON for a conversion.</summary>
internal static class CocoReader
{
    /// <summary>Reads a dataset; sizes of images that it does not state are looked up.</summary>
    /// <exception cref="InputException">The file is missing or malformed, or a size is nowhere to be found.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        InstanceDataset dataset = InstanceDataset.Read(
            context.Options.Input,
            new InstanceDatasetOptions { SkipInvalid = !context.Options.Strict, Limits = context.Options.Limits },
            images => WithSizes(images, context),
            context.CancellationToken);
        foreach (DatasetWarning warning in dataset.Warnings)
        {
            (LossKind kind, string example) = warning.Kind switch
            {
                DatasetWarningKind.InvalidPolygon or DatasetWarningKind.ObjectWithoutMask =>
                    (LossKind.Broken, $"annotation {warning.AnnotationId}"),
                DatasetWarningKind.Invalid => (LossKind.InvalidObjects, warning.Message.TrimEnd('.')),
                _ => (LossKind.Repaired, warning.Message.TrimEnd('.')),
            };
            context.Losses.Add(kind, example);
        }

        return WithoutLimitless(dataset, context);
    }

    /// <summary>The dataset without polygons that no mask can be made of, which would stop the conversion where they are drawn.</summary>
    private static InstanceDataset WithoutLimitless(InstanceDataset dataset, ConversionContext context)
    {
        HashSet<CocoAnnotation> wrong = [];
        foreach (CocoAnnotation annotation in dataset.Annotations)
        {
            CocoImage image = dataset.Images[dataset.IndexOfImage(annotation.ImageId)];
            if (annotation.Segmentation is { Rle: null } outline
                && PolygonMath.ProblemAsMask(outline.Polygons, image.Height, image.Width) is { } problem)
            {
                FormatPlace place = new(context.Options.Input, $"annotation {annotation.Id}");
                context.Losses.Add(LossKind.InvalidObjects, $"{place}: {problem.TrimEnd('.')}");
                wrong.Add(annotation);
            }
        }

        return wrong.Count == 0
            ? dataset
            : InstanceDataset.Create(dataset.Images, dataset.Categories, dataset.Annotations.Where(a => !wrong.Contains(a)));
    }

    /// <summary>The images with the sizes that the file does not state.</summary>
    private static IReadOnlyList<CocoImage> WithSizes(IReadOnlyList<CocoImage> stated, ConversionContext context)
    {
        if (stated.All(image => image is { Width: > 0, Height: > 0 }))
        {
            return stated;
        }

        CocoImage[] images = [.. stated];
        context.ForEachImage("read", images.Length, i =>
        {
            if (images[i] is { Width: 0 } or { Height: 0 })
            {
                ImageSize size = FormatImageFiles.SizeOf(context.Options.Images, images[i].FileName);
                images[i] = images[i] with { Width = size.Width, Height = size.Height };
            }
        });
        return images;
    }

    /// <summary>
    /// Gives images the names that they have on this system, for formats whose files are named by them; COCO's own keep what is stated.
    /// </summary>
    public static InstanceDataset WithNamesOfThisSystem(InstanceDataset dataset, ConversionContext context)
    {
        FormatImageNames names = FormatImageNames.Find(context);
        CocoImage[] images = [.. dataset.Images.Select(image => image.FileName.Length == 0
            ? image
            : image with { FileName = names.NameOf(image.FileName) })];
        return images.SequenceEqual(dataset.Images) ? dataset : InstanceDataset.Create(images, dataset.Categories, dataset.Annotations);
    }

    /// <summary>Names what the input's JSON says that another format has no place for.</summary>
    public static void AddKeys(ConversionContext context)
    {
        if (context.Header is not { } header || !DatasetFormats.IsCocoJson(context.Options.From))
        {
            return;
        }

        List<string> lost = [.. header.AnnotationKeys];
        switch (context.Options.To)
        {
            case DatasetFormat.Coco:
                lost.AddRange(header.OtherKeys.Where(
                    key => key is not "categories.supercategory" and not "categories.frequency" && !OfImage(key)));
                break;
            case DatasetFormat.Panoptic or DatasetFormat.PanopticDetection:
                lost.AddRange(header.OtherKeys.Where(
                    key => key is not ("categories.supercategory" or "categories.isthing" or "categories.color") && !OfImage(key)));
                break;
            default:
                lost.AddRange(header.OtherKeys);
                lost.AddRange(header.Rest.Select(r => r.Key).Concat(header.Elements.Select(e => e.List)).Distinct());
                break;
        }

        lost.ForEach(key => context.Losses.Add(LossKind.Keys, key));

        static bool OfImage(string key) => key.StartsWith("images.", StringComparison.Ordinal);
    }
}
