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
        List<ImageEntry> named = [];
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
                ResolveId(image, _imageOfId[id], log);
                image.NewId = image.IsSkipped || image.IsUnclear ? null : ++lastId;
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
            else
            {
                named.Add(image);
            }
        }

        foreach (IGrouping<string, ImageEntry> file in named.Where(image => !image.IsUnclear).GroupBy(image => image.FileName))
        {
            Join([.. file], log);
        }
    }

    /// <summary>Decides what becomes of an entry whose id an earlier one has.</summary>
    private static void ResolveId(ImageEntry image, ImageEntry first, FindingLog log)
    {
        bool isSameFile = image.FileName == first.FileName;
        if (isSameFile && image.HasSize && first.HasSize && image.Stated != first.Stated)
        {
            // The objects may have been drawn for either size: cut to the wrong one, they would be lost.
            log.Add(ProblemKind.DuplicateImageId, $"{image} and {first}: {Sizes(image, first)}");
            first.KeepAsStated();
            image.KeepAsStated();
            return;
        }

        log.Add(ProblemKind.DuplicateImageId, $"{image} and {first}");
        image.IsSkipped = isSameFile; // the entry goes, the image stays
    }

    /// <summary>Joins the entries of a file name if their sizes agree; else they may be of different images, and stay.</summary>
    private static void Join(ImageEntry[] entries, FindingLog log)
    {
        ImageEntry first = entries.FirstOrDefault(entry => entry.HasSize) ?? entries[0];
        bool agree = entries.All(entry => !entry.HasSize || entry.Stated == first.Stated);
        foreach (ImageEntry entry in entries.Where(entry => entry != first))
        {
            // Without a size of its own, an entry may belong to any of several sizes.
            ImageEntry same = agree ? first : entries.First(other => other == entry || (other.HasSize && other.Stated == entry.Stated));
            if (same == entry)
            {
                log.Add(ProblemKind.DuplicateFileName, $"{entry} and image {first.IdText}: {Sizes(entry, first)}");
                continue;
            }

            entry.JoinedTo = same;
            log.Add(ProblemKind.DuplicateFileName, $"{entry} and image {same.IdText}");
        }
    }

    private static string Sizes(ImageEntry image, ImageEntry other) =>
        $"{(image.HasSize ? $"{image.Stated}" : "no size")} and {(other.HasSize ? $"{other.Stated}" : "no size")} stated";

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
