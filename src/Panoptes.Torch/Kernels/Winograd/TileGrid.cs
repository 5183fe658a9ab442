namespace Panoptes.Torch.Kernels.Winograd;

/// <summary>Images of [N, H, W] pixels, whose channels lie side by side, cut into tiles of 4x4.</summary>
internal readonly unsafe struct TileGrid(int images, int height, int width)
{
    private readonly int _down = (height + 3) / 4;
    private readonly int _across = (width + 3) / 4;

    public int Images { get; } = images;

    public int Height { get; } = height;

    public int Width { get; } = width;

    public int Tiles => Images * _down * _across;

    /// <summary>
    /// Where the pixels of a tile lie that is <paramref name="side"/> wide and begins <paramref name="before"/> pixels above and left of
    /// its 4x4; those outside of the image are <paramref name="outside"/>, so that nothing has to test for them again.
    /// </summary>
    public void Pixels(float* start, int channels, int tile, int side, int before, float* outside, float** pixels)
    {
        int image = tile / (_down * _across);
        int top = (tile / _across % _down * 4) - before, left = (tile % _across * 4) - before;
        for (int r = top; r < top + side; r++)
        {
            float* row = start + ((nint)image * Height + r) * Width * channels;
            bool inside = (uint)r < (uint)Height;
            for (int c = left; c < left + side; c++)
            {
                *pixels++ = inside && (uint)c < (uint)Width ? row + (nint)c * channels : outside;
            }
        }
    }
}
