using Panoptes.Coco.Datasets.Checks;

namespace Panoptes.Coco.Datasets;

/// <summary>What becomes of the images and classes of datasets that are joined. What the first has stays as it is.</summary>
internal sealed class MergePlan
{
    private readonly MergeOptions _options;
    private readonly Dictionary<string, (MergePart Part, ImageEntry Image, long Id)> _imageOfFile = [];
    private readonly Dictionary<string, (ClassEntry Class, long Id)> _classOfName = [];
    private readonly IdAllocator _imageIds;
    private readonly IdAllocator _classIds;

    /// <param name="files">The datasets.</param>
    /// <param name="options">How they are joined.</param>
    /// <exception cref="InputException">They are of different kinds, or have the same image.</exception>
    public MergePlan(IReadOnlyList<DatasetLists> files, MergeOptions options)
    {
        _options = options;
        if (files.FirstOrDefault(file => file.Kind != files[0].Kind) is { } other)
        {
            throw new InputException(
                InputErrorKind.Invalid, other.Path, null,
                $"holds {Name(other.Kind)}, but {files[0].Path} {Name(files[0].Kind)}; "
                + "only datasets of one kind can be joined.");
        }

        _imageIds = new IdAllocator(files.SelectMany(file => file.Images).Select(p => p.Id!.Value));
        _classIds = new IdAllocator(files.SelectMany(file => file.Classes).Select(c => c.Id!.Value));
        Parts = [.. files.Select((file, i) => Plan(file, options.PrefixFolders?[i]))];
    }

    /// <summary>What becomes of each dataset.</summary>
    public IReadOnlyList<MergePart> Parts { get; }

    private static string Name(DatasetKind kind) => kind == DatasetKind.Panoptic ? "panoptic images" : "instances";

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
                    throw new InputException(
                        InputErrorKind.Invalid, file.Path, null,
                        $"{entry} is {what}, but not in an earlier dataset.");
                }
            }

            classes.Add(id, known.Id);
        }

        MergePart part = new(file, prefix, new ClassMapping(file.Path, classes), joinedClasses);
        foreach (ImageEntry image in file.Images)
        {
            Plan(part, image);
        }

        return part;
    }

    private void Plan(MergePart part, ImageEntry image)
    {
        long id = image.Id!.Value;
        string name = part.NameOf(image.FileName);
        if (name.Length > 0 && _imageOfFile.TryGetValue(name, out (MergePart Part, ImageEntry Image, long Id) known))
        {
            RequireSame(part, image, name, known.Part, known.Image);
            part.Images.Add(id, known.Id);
            part.JoinedImages.Add(id);
            return;
        }

        long newId = _imageIds.Take(id);
        part.Images.Add(id, newId);
        if (name.Length > 0)
        {
            _imageOfFile.Add(name, (part, image, newId));
        }
    }

    private void RequireSame(MergePart part, ImageEntry image, string name, MergePart other, ImageEntry same)
    {
        if (other == part)
        {
            throw new InputException(
                InputErrorKind.Invalid, part.File.Path, $"{image}",
                "the file is listed twice; DatasetCheckOptions.Fix repairs that.");
        }

        if (!_options.JoinImages)
        {
            throw new InputException(
                InputErrorKind.Invalid, part.File.Path, null,
                $"the image '{name}' is in {other.File.Path} too; where they are different images, put a folder "
                + "before the names (MergeOptions.PrefixFolders), where they are the same, join them (MergeOptions.JoinImages).");
        }

        if (part.File.Kind == DatasetKind.Panoptic || image.Stated != same.Stated)
        {
            string why = part.File.Kind == DatasetKind.Panoptic
                ? "a panoptic image has only one label map"
                : $"it is {image.Stated} there and {same.Stated} before";
            throw new InputException(
                InputErrorKind.Invalid, part.File.Path, null,
                $"the image '{name}' cannot be joined with that of {other.File.Path}: {why}.");
        }
    }
}
