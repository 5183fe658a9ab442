namespace Panoptes.Torch.Kernels.Winograd;

/// <summary>
/// <see cref="WinogradConvolution{T}"/> and <see cref="WinogradKernelGradient{T}"/> where the image is smaller than the kernel: the threads
/// share out the outputs instead of the tiles. Of the transformed kernel, or its gradient, each has only its outputs' part at a time: 36
/// places of 512 x 512 channels would be 36 MiB that go to the memory and back, and that the process keeps.
/// </summary>
/// <remarks>Every element is summed up in the same order as there, so it does not matter who computes.</remarks>
internal static unsafe class WinogradFewTiles<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>With more tiles, <see cref="WinogradConvolution{T}"/> is as fast.</summary>
    public const int MostTiles = 128;

    /// <summary>With more tiles, <see cref="WinogradKernelGradient{T}"/> is as fast.</summary>
    public const int MostTilesOfGradient = 256;

    private const int Places = 36;
    private const int Gap = 16;
    private const int Group = 64;       // outputs that a thread takes at a time: a strip of AVX-512
    private const int TaskTiles = 4;    // tiles that a thread transforms at a time
    private const int TaskInputs = 16;  // inputs whose kernels' gradients a thread turns back at a time: whole cache lines of some orders

    /// <summary>Whether this way is the better one and has as much to do for each thread.</summary>
    public static bool IsFor(TileGrid grid, int outputs, int mostTiles) =>
        grid.Tiles <= Math.Min(outputs, mostTiles) && outputs % (Group * ParallelLoop.Threads) == 0;

    /// <summary>Writes the convolution of x to y; <paramref name="bias"/> may be null.</summary>
    public static void Forward(float* x, TileGrid grid, int inputs, int outputs, KernelTaps kernel, float* bias, float* y)
    {
        int tiles = grid.Tiles, rows = Product.Rows(tiles), zeros = Math.Max(inputs, Group);
        nint vRow = inputs + Gap, mRow = Group + Gap, v = rows * vRow + Gap, m = rows * mRow + Gap, u = inputs * Group + Gap;
        nint taps = WinogradConvolution<T>.TaskInputs * 9 * Group, own = Places * (u + m) + taps + Group;
        float* transformed = Scratch.Take(Places * v + zeros + ParallelLoop.Threads * own);
        float* works = transformed + Places * v + zeros;
        TransformInput(x, grid, inputs, transformed, vRow, v);
        ParallelLoop.Run(outputs / Group, (thread, group) =>
        {
            float* packed = works + thread * own, products = packed + Places * u, gathered = products + Places * m;
            float* nowhere = gathered + taps;
            float** pixels = stackalloc float*[16];
            int first = group * Group;
            float* shift = bias is null ? null : bias + first;
            for (int o = 0; o < Group; o += Product.Strip<T>())
            {
                for (int c = 0; c < inputs; c += WinogradConvolution<T>.TaskInputs)
                {
                    WinogradConvolution<T>.Pack(kernel.From(first), inputs, Group, o, c, packed, u, gathered);
                }
            }

            for (int i = 0; i < Places; i++)
            {
                Product.MultiplyPacked<T>(transformed + i * v, vRow, packed + i * u, products + i * m, mRow, tiles, Group, inputs);
            }

            for (int t = 0; t < tiles; t++)
            {
                grid.Pixels(y + first, outputs, t, 4, 0, nowhere, pixels);
                Transforms<T>.Output(products + t * mRow, m, Group, shift, pixels);
            }
        });
    }

    /// <summary>Writes the gradient to <paramref name="kernel"/>, of the input and the output's gradient.</summary>
    public static void KernelGradient(float* x, float* dy, TileGrid grid, int inputs, int outputs, KernelTaps kernel)
    {
        int tiles = grid.Tiles;
        nint vRow = inputs + Gap, row = Group + Gap, v = tiles * vRow + Gap, d = tiles * row + Gap, du = Product.Rows(inputs) * row + Gap;
        nint own = Places * (d + du) + TaskInputs * 9 * Group;
        int zeros = Math.Max(inputs, Group);
        float* transformed = Scratch.Take(Places * v + zeros + ParallelLoop.Threads * own);
        float* outside = transformed + Places * v, works = outside + zeros;
        TransformInput(x, grid, inputs, transformed, vRow, v);
        ParallelLoop.Run(outputs / Group, (thread, group) =>
        {
            float* gradients = works + thread * own, sums = gradients + Places * d, taps = sums + Places * du;
            float** pixels = stackalloc float*[16];
            int first = group * Group;
            for (int t = 0; t < tiles; t++)
            {
                grid.Pixels(dy + first, outputs, t, 4, 0, outside, pixels);
                Transforms<T>.OutputGradient(pixels, Group, gradients + t * row, d);
            }

            for (int i = 0; i < Places; i++)
            {
                for (int o = 0; o < Group; o += Product.Strip<T>())
                {
                    float* left = transformed + i * v;
                    Product.Multiply<T>(
                        left, 1, vRow, gradients + i * d + o, row, sums + i * du + o, row, inputs, Product.Strip<T>(), tiles, false,
                        left + 16, vRow, 6);
                }
            }

            for (int c = 0; c < inputs; c += TaskInputs)
            {
                for (int k = 0; k < TaskInputs; k++)
                {
                    Transforms<T>.KernelGradient(sums + (c + k) * row, du, Group, taps + k * 9 * Group);
                }

                kernel.From(first).Scatter(Group, c, TaskInputs, taps);
            }
        });
    }

    // V of all tiles, with zeros for what lies outside of the image behind it.
    private static void TransformInput(float* x, TileGrid grid, int inputs, float* transformed, nint vRow, nint v)
    {
        int tiles = grid.Tiles;
        float* outside = transformed + Places * v;
        new Span<float>(outside, Math.Max(inputs, Group)).Clear();
        ParallelLoop.Run((tiles + TaskTiles - 1) / TaskTiles, (_, task) =>
        {
            float** pixels = stackalloc float*[36];
            for (int t = task * TaskTiles; t < Math.Min(tiles, (task + 1) * TaskTiles); t++)
            {
                grid.Pixels(x, inputs, t, 6, 1, outside, pixels);
                Transforms<T>.Input(pixels, inputs, transformed + t * vRow, v);
            }
        });
    }
}
