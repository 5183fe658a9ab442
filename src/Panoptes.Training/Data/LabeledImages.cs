using System.Globalization;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Data;

/// <summary>
/// A dataset that a program makes: labeled images in memory, saved as COCO to train on. What is saved can be looked at, checked and trained
/// on again with every command of the tool.
/// </summary>
/// <param name="classes">The names of the classes, each once; at least one.</param>
public sealed class LabeledImages(IEnumerable<string> classes)
{
    private readonly string[] _classes = Check([.. classes]);
    private readonly List<(Image Image, LabeledObject[] Objects)> _images = [];

    /// <summary>The names of the classes, in the order of the network's outputs.</summary>
    public IReadOnlyList<string> Classes => _classes;

    /// <summary>How many images were added.</summary>
    public int Count => _images.Count;

    /// <summary>Adds an image.</summary>
    /// <param name="image">The image; it is kept until the dataset is saved.</param>
    /// <param name="objects">Its objects; none for an image where there is nothing to find.</param>
    /// <exception cref="ArgumentException">A class is unknown, or a mask is empty or not of the image's size.</exception>
    public void Add(Image image, IEnumerable<LabeledObject> objects)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(objects);
        LabeledObject[] all = [.. objects];
        foreach ((int index, LabeledObject item) in all.Index())
        {
            if (!_classes.Contains(item.ClassName))
            {
                throw new ArgumentException(
                    $"object {index} has the class '{item.ClassName}'; the classes are {string.Join(", ", _classes)}", nameof(objects));
            }

            if (item.Mask.Size != image.Size || item.Mask.IsEmpty)
            {
                string found = item.Mask.IsEmpty ? "is empty" : $"is {item.Mask.Size}, the image {image.Size}";
                throw new ArgumentException($"object {index} ({item.ClassName}): its mask {found}", nameof(objects));
            }
        }

        _images.Add((image, all));
    }

    /// <summary>Writes <c>images/000001.png</c> and so on, then <c>annotations.json</c>, in COCO's format.</summary>
    /// <param name="folder">The folder; it is created. Files of these names are replaced.</param>
    /// <returns>What <see cref="DataConfig.Train"/> or <see cref="DataConfig.Val"/> takes.</returns>
    /// <exception cref="InvalidOperationException">No image was added.</exception>
    public DatasetConfig Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (Count == 0) throw new InvalidOperationException("There are no images to save; add some first.");
        string images = Directory.CreateDirectory(Path.Combine(Path.GetFullPath(folder), "images")).FullName;
        string annotations = Path.Combine(Path.GetFullPath(folder), "annotations.json");
        List<CocoImage> entries = [];
        List<CocoAnnotation> objects = [];
        foreach ((int index, (Image image, LabeledObject[] labels)) in _images.Index())
        {
            string name = (index + 1).ToString("D6", CultureInfo.InvariantCulture) + ".png";
            image.SavePng(Path.Combine(images, name));
            entries.Add(new CocoImage(index + 1, name, image.Width, image.Height));
            foreach (LabeledObject label in labels)
            {
                objects.Add(new CocoAnnotation(
                    objects.Count + 1,
                    index + 1,
                    Array.IndexOf(_classes, label.ClassName) + 1,
                    BoxXywh.FromBox(label.Mask.Bounds),
                    label.Mask.Area,
                    IsCrowd: false,
                    CocoSegmentation.FromRle(label.Mask)));
            }
        }

        IEnumerable<CocoCategory> categories = _classes.Select((name, i) => new CocoCategory(i + 1, name));
        CocoWriter.WriteInstances(annotations, InstanceDataset.Create(entries, categories, objects));
        return new DatasetConfig { Images = images, Annotations = annotations };
    }

    private static string[] Check(string[] classes)
    {
        if (classes.Length == 0) throw new ArgumentException("A dataset needs a class.", nameof(classes));
        string? twice = classes.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? classes : throw new ArgumentException($"The class '{twice}' is named twice.", nameof(classes));
    }
}
