using System.Xml.Linq;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Cvat;

/// <summary>
/// Reads CVAT for images 1.1, one XML of images with their shapes, and CVAT for video 1.1, whose tracks go through frames.
/// </summary>
internal static class CvatReader
{
    private const string FileName = "annotations.xml";

    /// <summary>The file of a dataset; null if there is none.</summary>
    /// <param name="path">The file, or its folder.</param>
    public static string? FileOf(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        return File.Exists(file) && FormatXml.RootOf(file) == "annotations" ? file : null;
    }

    /// <summary>Reads a dataset; images come in the order of the file.</summary>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        string path = Directory.Exists(context.Options.Input) ? Path.Combine(context.Options.Input, FileName) : context.Options.Input;
        FormatImageNames names = FormatImageNames.Find(context, "images", ".");
        XElement root = FormatXml.Load(path, context.Text);
        if (root.Name.LocalName != "annotations")
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"the root is {root.Name.LocalName}; CVAT's files have annotations.");
        }

        foreach (XElement element in root.Elements().Where(e => e.Name.LocalName is not ("version" or "meta" or "image" or "track")))
        {
            context.Losses.Add(LossKind.UnknownKeys, $"{path}: {element.Name.LocalName} {element.Attribute("id")?.Value}".TrimEnd());
        }

        XElement[] images = [.. root.Elements("image")];
        IReadOnlyList<FormatImage> read =
        [
            .. context.ReadImages(images.Length, i => ReadImage(images[i], path, i, names, context)),
            .. CvatTracks.Read(root, path, names, context),
        ];
        string[] declared =
        [
            .. root.Elements("meta").Descendants("label").Where(label => label.Element("parent") is null)
                .Select(label => label.Element("name")?.Value.Trim() ?? "").Where(name => name.Length > 0).Distinct(),
        ];
        return InstanceBuilder.Build(read, declared.Length > 0 ? declared : null, context);
    }

    private static FormatImage ReadImage(XElement image, string path, int index, FormatImageNames names, ConversionContext context)
    {
        string name = image.Attribute("name")?.Value is { Length: > 0 } text
            ? text
            : throw new InputException(InputErrorKind.Invalid, path, $"image {index + 1}", "the attribute name is missing.");
        string subset = image.Attribute("subset")?.Value ?? "";
        string file = names.NameOf(name, $"{subset}/{name}", DatasetPath.Normalize(name).Split('/')[^1]);
        ImageSize size = FormatXml.Length(image.Attribute("width")?.Value) is { } width
            && FormatXml.Length(image.Attribute("height")?.Value) is { } height
            ? new ImageSize(width, height)
            : FormatImageFiles.SizeOf(context.Images, file);

        // What lies in front comes last.
        List<(int Order, FormatObject Item)> objects = [];
        int number = 0;
        foreach (XElement shape in image.Elements())
        {
            FormatPlace place = new(path, $"image '{name}': shape {++number}");
            if (shape.Name.LocalName == "tag")
            {
                context.Losses.Add(LossKind.Attributes, shape.Attribute("label")?.Value ?? "tag");
            }
            else if (context.Read(
                LossKind.InvalidObjects, () => CvatShape.Read(shape, size, place, context.Losses)) is { } item)
            {
                objects.Add(((int)(FormatXml.Number(shape.Attribute("z_order")?.Value) ?? 0), item));
            }
        }

        return new FormatImage(file, size, [.. objects.OrderBy(o => o.Order).Select(o => o.Item)]);
    }
}
