namespace Panoptes.Training.Models.Fcos;

/// <summary>
/// The locations of all levels for one padded input size, in the order of the flattened outputs: level by level, rows from the top,
/// columns from the left. Location (i, j) of a level with stride s stands at x = s·j + ⌊s/2⌋, y = s·i + ⌊s/2⌋ (FCOS 3.1).
/// </summary>
internal sealed class LocationGrid
{
    private readonly Level[] _levels;

    /// <summary>Lays the grid over an input.</summary>
    /// <param name="height">Padded height of the input, a multiple of 32.</param>
    /// <param name="width">Padded width of the input, a multiple of 32.</param>
    /// <param name="levels">Number of levels from P3 on.</param>
    public LocationGrid(int height, int width, int levels)
    {
        _levels = new Level[levels];
        (int h, int w, int first) = (height / 8, width / 8, 0);
        for (int i = 0; i < levels; i++)
        {
            _levels[i] = new Level(8 << i, h, w, first);
            first += h * w;

            // Strided 3x3 convolutions with padding 1 round up.
            (h, w) = ((h + 1) / 2, (w + 1) / 2);
        }

        Count = first;
    }

    /// <summary>Locations of one image.</summary>
    public int Count { get; }

    /// <summary>The levels from P3 on.</summary>
    public IReadOnlyList<Level> Levels => _levels;

    /// <summary>Index of the level that holds a location.</summary>
    public int LevelOf(int location)
    {
        int level = _levels.Length - 1;
        while (_levels[level].First > location)
        {
            level--;
        }

        return level;
    }

    /// <summary>Where a location stands in the input, and its level's stride.</summary>
    public (int X, int Y, int Stride) At(int location)
    {
        Level level = _levels[LevelOf(location)];
        int cell = location - level.First;
        return (level.Coordinate(cell % level.Width), level.Coordinate(cell / level.Width), level.Stride);
    }

    /// <summary>One level of the grid.</summary>
    /// <param name="Stride">Pixels between neighbors.</param>
    /// <param name="Height">Rows.</param>
    /// <param name="Width">Columns.</param>
    /// <param name="First">Index of the level's first location.</param>
    public readonly record struct Level(int Stride, int Height, int Width, int First)
    {
        /// <summary>Pixel coordinate of a row or column.</summary>
        public int Coordinate(int index) => (Stride * index) + (Stride / 2);
    }
}
