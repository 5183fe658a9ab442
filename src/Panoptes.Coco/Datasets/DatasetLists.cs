using Panoptes.Coco.Datasets.Checks;

namespace Panoptes.Coco.Datasets;

/// <summary>The images and classes of a dataset that is copied in part; their ids are right.</summary>
/// <param name="Path">The file.</param>
/// <param name="Kind">What it annotates.</param>
/// <param name="Images">Its images.</param>
/// <param name="Classes">Its classes; each has a name.</param>
internal sealed record DatasetLists(string Path, DatasetKind Kind, IReadOnlyList<ImageEntry> Images, IReadOnlyList<ClassEntry> Classes)
{
    // Nothing takes memory for an image here: what is copied may be of any size.
    private static readonly InputLimits s_anySize = new() { MaxPixels = long.MaxValue, MaxSide = int.MaxValue };

    /// <summary>Reads a dataset's images and classes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is not a dataset, or an id is missing or there twice.</exception>
    public static DatasetLists Read(string path, CancellationToken cancellationToken)
    {
        DatasetHead head = DatasetHead.Read(path, new FindingLog(), s_anySize, cancellationToken);
        if (head.DuplicateKey is { } twice)
        {
            throw new InputException(InputErrorKind.Invalid, path, twice, "the key occurs twice; delete one of the two.");
        }

        foreach (ImageEntry image in head.Images.Where(p => p.Id is null || p.IsSkipped || p.NewId is not null))
        {
            string what = image.Id is null ? "missing or neither an integer nor a text" : "there twice";
            throw new InputException(InputErrorKind.Invalid, path, $"{image}", $"the id is {what}{Advice}");
        }

        foreach (ClassEntry entry in head.Classes.Where(c => c.Id is null || c.IsSkipped || c.NewId is not null || c.Name is null))
        {
            string what = entry.Id is null ? "id is missing or neither an integer nor a text"
                : entry.IsSkipped || entry.NewId is not null ? "id is there twice" : "name is missing";
            throw new InputException(InputErrorKind.Invalid, path, $"{entry}", $"the {what}{Advice}");
        }

        return new DatasetLists(path, head.Kind, head.Images, head.Classes);
    }

    private static string Advice => "; DatasetCheckOptions.Fix repairs that.";

    /// <summary>The classes' names, or the first of them, for a message about one that is not one of them.</summary>
    public string DescribeClasses()
    {
        const int shown = 10;
        string names = string.Join(", ", Classes.Take(shown).Select(c => $"'{c.Name}'"));
        return Classes.Count > shown ? $"{names}, ... ({Classes.Count} classes)" : names;
    }
}
