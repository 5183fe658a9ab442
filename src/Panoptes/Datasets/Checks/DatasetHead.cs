using System.Diagnostics.CodeAnalysis;

namespace Panoptes.Datasets.Checks;

/// <summary>The pictures and classes of a data set that is checked, right or wrong, and what is wrong with them by themselves.</summary>
internal sealed class DatasetHead
{
    private readonly Dictionary<long, PictureEntry> _pictureOfId = [];
    private readonly Dictionary<long, ClassEntry> _classOfId = [];

    private DatasetHead(DatasetKind kind, IReadOnlyList<PictureEntry> pictures, IReadOnlyList<ClassEntry> classes) =>
        (Kind, Pictures, Classes) = (kind, pictures, classes);

    /// <summary>What the data set annotates.</summary>
    public DatasetKind Kind { get; }

    /// <summary>The elements of <c>images</c>.</summary>
    public IReadOnlyList<PictureEntry> Pictures { get; }

    /// <summary>The elements of <c>categories</c>.</summary>
    public IReadOnlyList<ClassEntry> Classes { get; }

    /// <summary>Reads a file's pictures and classes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <exception cref="InputException">The file is no JSON, or a list is missing.</exception>
    public static DatasetHead Read(string path, FindingLog log)
    {
        IReadOnlyList<HeadReader> blocks = HeadReader.Read(path);
        PictureEntry[] pictures = [.. blocks.SelectMany(block => block.Pictures).Select((make, i) => make(i))];
        ClassEntry[] classes = [.. blocks.SelectMany(block => block.Classes).Select((make, i) => make(i))];
        bool isPanoptic = blocks.Any(block => block.HasSegments);
        DatasetHead head = new(isPanoptic ? DatasetKind.Panoptic : DatasetKind.Instances, pictures, classes);
        head.CheckPictures(log);
        head.CheckClasses(log);
        return head;
    }

    /// <summary>The picture with an id: the first, where several have it.</summary>
    public bool TryGetPicture(long? id, [NotNullWhen(true)] out PictureEntry? picture)
    {
        picture = id is null ? null : _pictureOfId.GetValueOrDefault(id.Value);
        return picture is not null;
    }

    /// <summary>The class with an id: the first, where several have it.</summary>
    public bool TryGetClass(long? id, [NotNullWhen(true)] out ClassEntry? found)
    {
        found = id is null ? null : _classOfId.GetValueOrDefault(id.Value);
        return found is not null;
    }

    private void CheckPictures(FindingLog log)
    {
        Dictionary<string, PictureEntry> pictureOfFile = [];
        foreach (PictureEntry picture in Pictures)
        {
            if (picture.Id is not { } id)
            {
                log.Add(ProblemKind.InvalidPicture, $"{picture}");
                picture.IsLeftOut = true;
                continue;
            }

            if (!_pictureOfId.TryAdd(id, picture))
            {
                log.Add(ProblemKind.DuplicatePictureId, $"{picture} and {_pictureOfId[id]}");
                picture.IsLeftOut = true;
                continue;
            }

            if (!picture.HasSize)
            {
                log.Add(ProblemKind.MissingSize, $"{picture}");
            }

            if (picture.WrongFileName is not null)
            {
                log.Add(ProblemKind.InvalidFileName, $"{picture}: {picture.WrongFileName}");
            }
            else if (picture.FileName.Length == 0)
            {
                log.Add(ProblemKind.MissingFileName, $"{picture}");
            }
            else if (!pictureOfFile.TryAdd(picture.FileName, picture))
            {
                picture.JoinedTo = pictureOfFile[picture.FileName];
                log.Add(ProblemKind.DuplicateFileName, $"{picture} and picture {picture.JoinedTo.Id}");
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
                entry.IsLeftOut = true;
            }
            else if (!_classOfId.TryAdd(id, entry))
            {
                log.Add(ProblemKind.DuplicateClassId, $"{entry} and {_classOfId[id]}");
                entry.IsLeftOut = true;
            }
            else if (entry.Name is null)
            {
                log.Add(ProblemKind.NamelessClass, $"{entry}");
            }
            else if (!classOfName.TryAdd(entry.Name, entry))
            {
                log.Add(ProblemKind.SameClassName, $"{entry} and class {classOfName[entry.Name].Id}");
            }

            if (Kind == DatasetKind.Panoptic && entry.IsThing is null && !entry.IsLeftOut)
            {
                log.Add(ProblemKind.MissingIsThing, $"{entry}");
            }
        }
    }
}
