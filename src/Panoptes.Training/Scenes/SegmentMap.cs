namespace Panoptes.Training.Scenes;

/// <summary>From a painted canvas to panoptic ground truth.</summary>
internal static class SegmentMap
{
    /// <summary>Gives each stuff region and each thing its id, measures it, and labels every pixel.</summary>
    public static (int[] Ids, List<SceneSegment> Segments) Build(SceneCanvas canvas, List<Thing> things)
    {
        int stuffCount = SceneCategories.Stuff.Count;
        Extent[] extents = new Extent[stuffCount + things.Count];
        byte[] positions = new byte[canvas.Owners.Length];
        for (int y = 0, pixel = 0; y < canvas.Height; y++)
        {
            for (int x = 0; x < canvas.Width; x++, pixel++)
            {
                int owner = canvas.Owners[pixel];
                int position = owner == SceneCanvas.NoThing ? canvas.Stuff[pixel] : stuffCount + owner - 1;
                positions[pixel] = (byte)position;
                extents[position].Add(x, y);
            }
        }

        int[] idOf = new int[extents.Length];
        List<SceneSegment> segments = new(extents.Length);
        for (int position = 0; position < extents.Length; position++)
        {
            if (extents[position].Area == 0)
                continue;
            SceneCategory category = position < stuffCount
                ? SceneCategories.Stuff[position]
                : SceneCategories.Things[things[position - stuffCount].ClassIndex];
            idOf[position] = ChooseId(category, segments);
            segments.Add(extents[position].ToSegment(idOf[position], category));
        }

        int[] ids = new int[positions.Length];
        for (int pixel = 0; pixel < ids.Length; pixel++)
            ids[pixel] = idOf[positions[pixel]];
        return (ids, segments);
    }

    /// <summary>
    /// An id is a color (red + 256 green + 65536 blue). The first segment of a class takes the class's color, the next ones
    /// shades of it, so that the PNG can be looked at.
    /// </summary>
    private static int ChooseId(SceneCategory category, List<SceneSegment> taken)
    {
        (int r, int g, int b) = category.Color;
        for (int step = 0; ; step++)
        {
            int shade = 14 * ((step + 1) / 2) * (step % 2 == 0 ? 1 : -1);
            int id = Channel(r + shade) | (Channel(g + shade) << 8) | (Channel(b - shade + step / 40) << 16);
            if (id != 0 && taken.TrueForAll(segment => segment.Id != id))
                return id;
        }

        static int Channel(int value) => Math.Clamp(value, 0, 255);
    }

    private struct Extent
    {
        private int _left, _top, _right, _bottom;

        public int Area { get; private set; }

        public void Add(int x, int y)
        {
            if (Area++ == 0)
                (_left, _top, _right, _bottom) = (x, y, x, y);
            _left = Math.Min(_left, x);
            _right = Math.Max(_right, x);
            _bottom = y;
        }

        public readonly SceneSegment ToSegment(int id, SceneCategory category) =>
            new(id, category, Area, _left, _top, _right - _left + 1, _bottom - _top + 1);
    }
}
