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

    /// <summary>The first element that has a key twice, with the key; null where none has.</summary>
    public string? DuplicateKey { get; init; }

    /// <summary>Reads a file's images and classes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="limits">How large images may be.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is not JSON, or a list is missing.</exception>
    public static DatasetHead Read(string path, FindingLog log, InputLimits limits, CancellationToken cancellationToken)
    {
        IReadOnlyList<HeadReader> blocks = HeadReader.Read(path, limits, cancellationToken);
        ImageEntry[] images = [.. blocks.SelectMany(block => block.Images).Select((make, i) => make(i))];
        ClassEntry[] classes = [.. blocks.SelectMany(block => block.Classes).Select((make, i) => make(i))];
        bool isPanoptic = blocks.Any(block => block.HasSegments);
        DatasetHead head = new(isPanoptic ? DatasetKind.Panoptic : DatasetKind.Instances, images, classes)
        {
            DuplicateKey = blocks.SelectMany(block => block.DuplicateKeys).FirstOrDefault(),
        };
        foreach (string twice in blocks.SelectMany(block => block.DuplicateKeys))
        {
            log.Add(ProblemKind.DuplicateKey, twice);
        }

        head.CheckImages(log);
        head.CheckClasses(log);
        return head;
    }

    /// <summary>Marks what cannot be used as dropped: images without a file that can be read, and elements that are not objects.</summary>
    public void DropUnusable()
    {
        foreach (ImageEntry image in Images.Where(image => image.IsUnusable || !image.IsObject || image.WrongFileName is not null))
        {
            image.IsSkipped = true;
        }

        foreach (ClassEntry entry in Classes.Where(entry => !entry.IsObject))
        {
            entry.IsSkipped = true;
        }
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
        long lastId = Images.Max(image => image.Id is > 0 ? image.Id : 0) ?? 0;
        foreach (ImageEntry image in Images)
        {
            if (image.Id is not { } id)
            {
                log.Add(ProblemKind.InvalidImage, $"{image}");
                image.NewId = image.IsObject ? ++lastId : null;
                continue;
            }

            if (!_imageOfId.TryAdd(id, image))
            {
                ImageEntry first = _imageOfId[id];
                log.Add(ProblemKind.DuplicateImageId, $"{image} and {first}");
                image.IsSkipped = image.FileName == first.FileName; // the entry goes, the image stays
                image.NewId = image.IsSkipped ? null : ++lastId;
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
                log.Add(ProblemKind.DuplicateFileName, $"{image} and image {image.JoinedTo.IdText}");
            }
        }
    }

    private void CheckClasses(FindingLog log)
    {
        Dictionary<string, ClassEntry> classOfName = [];
        long lastId = Classes.Max(entry => entry.Id is > 0 ? entry.Id : 0) ?? 0;
        foreach (ClassEntry entry in Classes)
        {
            if (entry.Id is not { } id)
            {
                log.Add(ProblemKind.InvalidClass, $"{entry}");
                entry.NewId = entry.IsObject ? ++lastId : null;
            }
            else if (!_classOfId.TryAdd(id, entry))
            {
                log.Add(ProblemKind.DuplicateClassId, $"{entry} and {_classOfId[id]}");
                entry.IsSkipped = entry.Name == _classOfId[id].Name;
                entry.NewId = entry.IsSkipped ? null : ++lastId;
            }
            else if (entry.Name is null)
            {
                log.Add(ProblemKind.NamelessClass, $"{entry}");
            }
            else if (!classOfName.TryAdd(entry.Name, entry))
            {
                log.Add(ProblemKind.SameClassName, $"{entry} and class {classOfName[entry.Name].IdText}");
            }

            if (Kind == DatasetKind.Panoptic && entry.IsThing is null && !entry.IsSkipped)
            {
                log.Add(ProblemKind.MissingIsThing, $"{entry}");
            }
        }
    }
}
