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
        InstanceDataset dataset = InstanceDataset.Load(context.Options.Input);
        foreach (DatasetWarning warning in dataset.Warnings)
        {
            if (warning.Kind is DatasetWarningKind.InvalidPolygon or DatasetWarningKind.ObjectWithoutMask)
            {
                context.Losses.Add(LossKind.Broken, $"annotation {warning.AnnotationId}");
            }
        }

        if (dataset.Images.All(image => image is { Width: > 0, Height: > 0 }))
        {
            return dataset;
        }

        CocoImage[] images = [.. dataset.Images];
        context.ForEachImage("read", images.Length, i =>
        {
            if (images[i] is { Width: 0 } or { Height: 0 })
            {
                ImageSize size = FormatImageFiles.SizeOf(context.Options.Images, images[i].FileName);
                images[i] = images[i] with { Width = size.Width, Height = size.Height };
            }
        });
        return InstanceDataset.Create(images, dataset.Categories, dataset.Annotations);
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
