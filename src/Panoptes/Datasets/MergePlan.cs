using Panoptes.Datasets.Checks;

namespace Panoptes.Datasets;

/// <summary>What becomes of the pictures and classes of data sets that are joined. What the first has stays as it is.</summary>
internal sealed class MergePlan
{
    private readonly MergeOptions _options;
    private readonly Dictionary<string, (MergePart Part, PictureEntry Picture, long Id)> _pictureOfFile = [];
    private readonly Dictionary<string, (ClassEntry Class, long Id)> _classOfName = [];
    private readonly IdAllocator _pictureIds;
    private readonly IdAllocator _classIds;

    /// <param name="files">The data sets.</param>
    /// <param name="options">How they are joined.</param>
    /// <exception cref="InputException">They are of different kinds, or have the same picture.</exception>
    public MergePlan(IReadOnlyList<DatasetLists> files, MergeOptions options)
    {
        _options = options;
        if (files.FirstOrDefault(file => file.Kind != files[0].Kind) is { } other)
        {
            throw new InputException(
                $"{other.Path}: holds {Name(other.Kind)}, but {files[0].Path} {Name(files[0].Kind)}; "
                + "only data sets of one kind can be joined.");
        }

        _pictureIds = new IdAllocator(files.SelectMany(file => file.Pictures).Select(p => p.Id!.Value));
        _classIds = new IdAllocator(files.SelectMany(file => file.Classes).Select(c => (long)c.Id!.Value));
        Parts = [.. files.Select((file, i) => Plan(file, options.PrefixFolders?[i]))];
    }

    /// <summary>What becomes of each data set.</summary>
    public IReadOnlyList<MergePart> Parts { get; }

    private static string Name(DatasetKind kind) => kind == DatasetKind.Panoptic ? "panoptic pictures" : "instances";

    private MergePart Plan(DatasetLists file, string? prefix)
    {
        Dictionary<long, long> classes = [];
        HashSet<long> joinedClasses = [];
        foreach (ClassEntry entry in file.Classes)
        {
            long id = entry.Id!.Value;
            if (!_classOfName.TryGetValue(entry.Name!, out (ClassEntry Class, long Id) known))
            {
                known = (entry, _classIds.Take(id));
                _classOfName.Add(entry.Name!, known);
            }
            else
            {
                joinedClasses.Add(id);
                if (file.Kind == DatasetKind.Panoptic && known.Class.IsThing != entry.IsThing)
                {
                    string what = entry.IsThing == true ? "a thing" : "stuff";
                    throw new InputException($"{file.Path}: {entry} is {what}, but not in an earlier data set.");
                }
            }

            classes.Add(id, known.Id);
        }

        MergePart part = new(file, prefix, new ClassMapping(file.Path, classes), joinedClasses);
        foreach (PictureEntry picture in file.Pictures)
        {
            Plan(part, picture);
        }

        return part;
    }

    private void Plan(MergePart part, PictureEntry picture)
    {
        long id = picture.Id!.Value;
        string name = part.NameOf(picture.FileName);
        if (name.Length > 0 && _pictureOfFile.TryGetValue(name, out (MergePart Part, PictureEntry Picture, long Id) known))
        {
            RequireSame(part, picture, name, known.Part, known.Picture);
            part.Pictures.Add(id, known.Id);
            part.JoinedPictures.Add(id);
            return;
        }

        long newId = _pictureIds.Take(id);
        part.Pictures.Add(id, newId);
        if (name.Length > 0)
        {
            _pictureOfFile.Add(name, (part, picture, newId));
        }
    }

    private void RequireSame(MergePart part, PictureEntry picture, string name, MergePart other, PictureEntry same)
    {
        if (other == part)
        {
            throw new InputException(
                $"{part.File.Path}: {picture}: the file is listed twice; 'panoptes dataset check --fix' repairs that.");
        }

        if (!_options.JoinPictures)
        {
            throw new InputException(
                $"{part.File.Path}: the picture '{name}' is in {other.File.Path} too; where they are different pictures, put a folder "
                + "before the names (--prefix-folders), where they are the same, join them (--join-pictures).");
        }

        if (part.File.Kind == DatasetKind.Panoptic || picture.Stated != same.Stated)
        {
            string why = part.File.Kind == DatasetKind.Panoptic
                ? "a panoptic picture has one label map"
                : $"it is {picture.Stated} there and {same.Stated} before";
            throw new InputException($"{part.File.Path}: the picture '{name}' cannot be joined with that of {other.File.Path}: {why}.");
        }
    }
}
