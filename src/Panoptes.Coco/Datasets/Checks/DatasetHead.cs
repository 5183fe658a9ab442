using System.Diagnostics.CodeAnalysis;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>The images and classes of a dataset that is checked, right or wrong, and what is wrong with them by themselves.</summary>
internal sealed class DatasetHead
{
    private readonly Dictionary<long, ImageEntry> _imageOfId = [];
    private readonly Dictionary<long, ClassEntry> _classOfId = [];

    private DatasetHead(DatasetKind kind, IReadOnlyList<ImageEntry> images, IReadOnlyList<ClassEntry> classes) =>
        (Kind, Images, Classes) = (kind, images, classes);

    /// <summary>What the dataset annotates.</summary>
    public DatasetKind Kind { get; }

    /// <summary>The elements of <c>images</c>.</summary>
    public IReadOnlyList<ImageEntry> Images { get; }

    /// <summary>The elements of <c>categories</c>.</summary>
    public IReadOnlyList<ClassEntry> Classes { get; }

    /// <summary>Reads a file's images and classes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="limits">How large images may be; null for the defaults.</param>
    /// <exception cref="InputException">The file is not JSON, or a list is missing.</exception>
    public static DatasetHead Read(string path, FindingLog log, InputLimits? limits = null)
    {
        IReadOnlyList<HeadReader> blocks = HeadReader.Read(path, limits ?? InputLimits.Default);
        ImageEntry[] images = [.. blocks.SelectMany(block => block.Images).Select((make, i) => make(i))];
        ClassEntry[] classes = [.. blocks.SelectMany(block => block.Classes).Select((make, i) => make(i))];
        bool isPanoptic = blocks.Any(block => block.HasSegments);
        DatasetHead head = new(isPanoptic ? DatasetKind.Panoptic : DatasetKind.Instances, images, classes);
        head.CheckImages(log);
        head.CheckClasses(log);
        return head;
    }

    /// <summary>The image with an id: the first, where several have it.</summary>
    public bool TryGetImage(long? id, [NotNullWhen(true)] out ImageEntry? image)
    {
        image = id is null ? null : _imageOfId.GetValueOrDefault(id.Value);
        return image is not null;
    }

    /// <summary>The class with an id: the first, where several have it.</summary>
    public bool TryGetClass(long? id, [NotNullWhen(true)] out ClassEntry? found)
    {
        found = id is null ? null : _classOfId.GetValueOrDefault(id.Value);
        return found is not null;
    }

    private void CheckImages(FindingLog log)
    {
        Dictionary<string, ImageEntry> imageOfFile = [];
        foreach (ImageEntry image in Images)
        {
            if (image.Id is not { } id)
            {
                log.Add(ProblemKind.InvalidImage, $"{image}");
                image.IsSkipped = true;
                continue;
            }

            if (!_imageOfId.TryAdd(id, image))
            {
                log.Add(ProblemKind.DuplicateImageId, $"{image} and {_imageOfId[id]}");
                image.IsSkipped = true;
                continue;
            }

            if (!image.HasSize)
            {
                log.Add(ProblemKind.MissingSize, $"{image}");
            }

            if (image.WrongFileName is not null)
            {
                log.Add(ProblemKind.InvalidFileName, $"{image}: {image.WrongFileName}");
            }
            else if (image.FileName.Length == 0)
            {
                log.Add(ProblemKind.MissingFileName, $"{image}");
            }
            else if (!imageOfFile.TryAdd(image.FileName, image))
            {
                image.JoinedTo = imageOfFile[image.FileName];
                log.Add(ProblemKind.DuplicateFileName, $"{image} and image {image.JoinedTo.Id}");
            }
        }
    }

    private void CheckClasses(FindingLog log)
    {
        Dictionary<string, ClassEntry> classOfName = [];
        foreach (ClassEntry entry in Classes)
        {
            if (entry.Id is not { } id)
            {
                log.Add(ProblemKind.InvalidClass, $"{entry}");
                entry.IsSkipped = true;
            }
            else if (!_classOfId.TryAdd(id, entry))
            {
                log.Add(ProblemKind.DuplicateClassId, $"{entry} and {_classOfId[id]}");
                entry.IsSkipped = true;
            }
            else if (entry.Name is null)
            {
                log.Add(ProblemKind.NamelessClass, $"{entry}");
            }
            else if (!classOfName.TryAdd(entry.Name, entry))
            {
                log.Add(ProblemKind.SameClassName, $"{entry} and class {classOfName[entry.Name].Id}");
            }

            if (Kind == DatasetKind.Panoptic && entry.IsThing is null && !entry.IsSkipped)
            {
                log.Add(ProblemKind.MissingIsThing, $"{entry}");
            }
        }
    }
}
