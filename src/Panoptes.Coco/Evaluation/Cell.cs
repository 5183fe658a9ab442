namespace Panoptes.Coco.Evaluation;

/// <summary>The detections and objects of one class in one image, as ranges of two <see cref="ObjectColumns"/>.</summary>
internal readonly record struct Cell(int DetectionStart, int DetectionEnd, int ObjectStart, int ObjectEnd)
{
    /// <summary>Finds all cells that are not empty, by class and image.</summary>
    public static RowList<Cell> Find(ObjectColumns detections, ObjectColumns objects)
    {
        RowList<Cell> cells = new();
        int d = 0;
        int g = 0;
        while (d < detections.Count || g < objects.Count)
        {
            long key = Math.Min(Key(detections, d), Key(objects, g));
            int detectionEnd = End(detections, d, key);
            int objectEnd = End(objects, g, key);
            cells.Add(new Cell(d, detectionEnd, g, objectEnd));
            d = detectionEnd;
            g = objectEnd;
        }

        return cells;
    }

    // Orders by class, then image; behind the last comes nothing.
    private static long Key(ObjectColumns columns, int index) =>
        index == columns.Count ? long.MaxValue : ((long)columns.Category[index] << 32) | (uint)columns.Image[index];

    private static int End(ObjectColumns columns, int start, long key)
    {
        int end = start;
        while (end < columns.Count && Key(columns, end) == key)
        {
            end++;
        }

        return end;
    }
}
