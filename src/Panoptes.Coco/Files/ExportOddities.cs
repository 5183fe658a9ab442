using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Files;

/// <summary>
/// What exporters of COCO files get wrong for a whole file, which would be thousands of errors if it was told object by object.
/// </summary>
internal static class ExportOddities
{
    private const double NearlyAll = 0.9;
    private const double Same = 0.001;
    private const double Different = 0.05;

    /// <summary>
    /// The classes, without the one that Roboflow puts first: its id is 0, its supercategory "none", its name the supercategory of all
    /// others, and no annotation uses it.
    /// </summary>
    public static IEnumerable<CocoCategory> WithoutGroupClass(List<InstanceBlock> blocks, List<DatasetWarning> warnings)
    {
        CocoCategory[] categories = [.. blocks.SelectMany(block => block.Categories)];
        if (categories.Length < 2
            || categories.FirstOrDefault(c => c is { Id: 0, Supercategory: "none" }) is not { } group
            || categories.Any(c => c != group && c.Supercategory != group.Name)
            || blocks.Any(block => Uses(block.Annotations)))
        {
            return categories;
        }

        warnings.Add(new DatasetWarning(
            DatasetWarningKind.GroupClass,
            0,
            $"the class 0, '{group.Name}', is only the group of the others and no annotation uses it; it is no class here."));
        return categories.Where(c => c != group);

        static bool Uses(RowList<InstanceDraft> annotations)
        {
            for (int i = 0; i < annotations.Count; i++)
            {
                if (annotations[i].CategoryId == 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Takes areas from the masks where nearly all objects state their box's, as Roboflow writes them: small, medium and large are told by
    /// it. Objects that fill their box are left as they are.
    /// </summary>
    public static void CorrectBoxAreas(InstanceRow[] rows, List<DatasetWarning> warnings)
    {
        int drawn = rows.Count(row => row is { IsCrowd: false, Mask.Exists: true });
        int[] boxes = drawn == 0 ? [] : [.. Enumerable.Range(0, rows.Length).Where(i => StatesBoxArea(rows[i]))];
        if (boxes.Length == 0 || boxes.Length < NearlyAll * drawn)
        {
            return;
        }

        List<(int Row, double Area)> wrong = [];
        foreach (int i in boxes)
        {
            try
            {
                if (rows[i].Mask.FindArea() is var area && area > 0 && Math.Abs(area - rows[i].Area) > Different * rows[i].Area)
                {
                    wrong.Add((i, area));
                }
            }
            catch (InputException)
            {
                // A malformed mask: told where it is used.
            }
        }

        if (2 * wrong.Count <= boxes.Length)
        {
            return;
        }

        foreach ((int row, double area) in wrong)
        {
            rows[row] = rows[row] with { Area = area };
        }

        warnings.Add(new DatasetWarning(
            DatasetWarningKind.BoxAreas,
            0,
            $"{boxes.Length} of {drawn} objects state the area of their box as their own; the areas were taken from the masks."));
    }

    /// <summary>Whether nearly all objects state the area of their box, whatever their masks are.</summary>
    public static bool StateBoxAreas(InstanceRow[] rows)
    {
        int objects = 0;
        int boxes = 0;
        foreach (ref readonly InstanceRow row in rows.AsSpan())
        {
            objects += row.IsCrowd ? 0 : 1;
            boxes += !row.IsCrowd && HasAreaOfBox(row) ? 1 : 0;
        }

        return objects > 0 && boxes >= NearlyAll * objects;
    }

    private static bool StatesBoxArea(in InstanceRow row) => row is { IsCrowd: false, Mask.Exists: true } && HasAreaOfBox(row);

    // The box's sides may have been rounded to whole pixels after its area was taken.
    private static bool HasAreaOfBox(in InstanceRow row) =>
        row.Area > 0 && Math.Abs(row.Area - row.Bbox.Area) <= (Same * row.Area) + (0.5 * (row.Bbox.Width + row.Bbox.Height));
}
