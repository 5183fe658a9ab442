namespace Panoptes.Evaluation;

/// <summary>The detections and objects of one class in one picture, as ranges of two <see cref="ObjectColumns"/>.</summary>
internal readonly record struct Cell(int DetectionStart, int DetectionEnd, int ObjectStart, int ObjectEnd)
{
    /// <summary>Finds all cells that are not empty, by class and picture.</summary>
    public static List<Cell> Find(ObjectColumns detections, ObjectColumns objects)
    {
        List<Cell> cells = [];
        int d = 0;
        int g = 0;
        while (d < detections.Count || g < objects.Count)
        {
            (int Category, int Image) key = d == detections.Count ? Key(objects, g)
                : g == objects.Count ? Key(detections, d)
                : Min(Key(detections, d), Key(objects, g));
            int detectionEnd = End(detections, d, key);
            int objectEnd = End(objects, g, key);
            cells.Add(new Cell(d, detectionEnd, g, objectEnd));
            d = detectionEnd;
            g = objectEnd;
        }

        return cells;
    }

    private static (int Category, int Image) Key(ObjectColumns columns, int index) => (columns.Category[index], columns.Image[index]);

    private static (int Category, int Image) Min((int Category, int Image) a, (int Category, int Image) b) => a.CompareTo(b) <= 0 ? a : b;

    private static int End(ObjectColumns columns, int start, (int Category, int Image) key)
    {
        int end = start;
        while (end < columns.Count && columns.Category[end] == key.Category && columns.Image[end] == key.Image)
        {
            end++;
        }

        return end;
    }
}
