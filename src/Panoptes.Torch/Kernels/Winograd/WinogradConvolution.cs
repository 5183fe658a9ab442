namespace Panoptes.Torch.Kernels.Winograd;

/// <summary>
/// Convolutions of 3x3 at stride 1 with one row of zeros around, by Winograd's minimal filtering F(4x4, 3x3): a quarter of the
/// multiplications. Images are [N, H, W, C], channels side by side and in whole sixteens.
/// </summary>
/// <remarks>
/// In memory, transformed tiles are matrices [36 places][tile][channel], the transformed kernel is [36][strip of outputs][input][output] as
/// <see cref="Product"/> reads it. Rows and places have 16 floats more than needed: steps of a power of two would meet in one corner of
/// the cache. Every element is computed by one thread in one order: the number of threads changes nothing.
/// </remarks>
internal static unsafe class WinogradConvolution<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Inputs whose kernels a thread transforms at a time.</summary>
    public const int TaskInputs = 8;

    private const int Places = 36;
    private const int Gap = 16;
    private const int Chunk = 48;           // tiles that a thread takes from the input to the output

    /// <summary>Writes the convolution of x to y; <paramref name="bias"/> may be null.</summary>
    public static void Forward(float* x, TileGrid grid, int inputs, int outputs, KernelTaps kernel, float* bias, float* y)
    {
        if (WinogradFewTiles<T>.IsFor(grid, outputs, WinogradFewTiles<T>.MostTiles))
        {
            WinogradFewTiles<T>.Forward(x, grid, inputs, outputs, kernel, bias, y);
            return;
        }

        int threads = ParallelLoop.Threads, tiles = grid.Tiles;

        // As many chunks for one thread as for the others.
        int chunks = ((tiles + Chunk - 1) / Chunk + threads - 1) / threads * threads;
        int chunk = (tiles + chunks - 1) / chunks;
        chunks = (tiles + chunk - 1) / chunk;
        int rows = Product.Rows(chunk);
        nint vRow = inputs + Gap, mRow = Product.Columns(outputs) + Gap, v = rows * vRow + Gap, m = rows * mRow + Gap;
        nint u = Step(inputs * Product.Columns(outputs));
        nint zeros = Math.Max(inputs, outputs), own = Places * (v + m) + zeros;
        float* memory = Scratch.Take(Places * u + zeros + threads * Math.Max(own, TaskInputs * 9 * 64));
        float* packed = memory, outside = memory + Places * u, works = outside + zeros;
        new Span<float>(outside, (int)zeros).Clear();
        PackKernel(kernel, inputs, outputs, packed, u, works);
        ParallelLoop.Run(chunks, (thread, index) =>
        {
            float* work = works + thread * own;
            float* transformed = work, products = work + Places * v, nowhere = work + Places * (v + m);
            float** pixels = stackalloc float*[36];
            int first = index * chunk, count = Math.Min(chunk, tiles - first);
            for (int t = 0; t < count; t++)
            {
                grid.Pixels(x, inputs, first + t, 6, 1, outside, pixels);
                Transforms<T>.Input(pixels, inputs, transformed + t * vRow, v);
            }

            for (int i = 0; i < Places; i++)
            {
                Product.MultiplyPacked<T>(
                    transformed + i * v, vRow, packed + i * u, products + i * m, mRow, count, outputs, inputs);
            }

            for (int t = 0; t < count; t++)
            {
                grid.Pixels(y, outputs, first + t, 4, 0, nowhere, pixels);
                Transforms<T>.Output(products + t * mRow, m, outputs, bias, pixels);
            }
        });
    }

    /// <summary>
    /// Transforms the kernels of the strip that begins at output <paramref name="o"/> and of <see cref="TaskInputs"/> inputs:
    /// U is [36][strip][input][output of the strip], <paramref name="u"/> floats from a place to the next.
    /// </summary>
    public static void Pack(KernelTaps kernel, int inputs, int outputs, int o, int first, float* packed, nint u, float* taps)
    {
        int count = Math.Min(TaskInputs, inputs - first);
        (nint start, int width) = Product.StripAt<T>(first, o, inputs, outputs);

        // Written all over U: its cache lines are on their way while the taps are gathered.
        for (int i = 0; i < Places; i++)
        {
            for (int k = 0; k < count * width; k += 16)
            {
                T.Prefetch(packed + start + i * u + k);
            }
        }

        kernel.Gather(o, Math.Min(width, outputs - o), width, first, count, taps);
        for (int c = 0; c < count; c++)
        {
            Transforms<T>.Kernel(taps + c * 9 * width, width, packed + start + c * width, u);
        }
    }

    private static void PackKernel(KernelTaps kernel, int inputs, int outputs, float* packed, nint u, float* works)
    {
        int strips = (outputs + Product.Strip<T>() - 1) / Product.Strip<T>(), tasks = (inputs + TaskInputs - 1) / TaskInputs;
        ParallelLoop.Run(strips * tasks, (thread, task) => Pack(
            kernel, inputs, outputs, task / tasks * Product.Strip<T>(), task % tasks * TaskInputs, packed, u,
            works + thread * TaskInputs * 9 * 64));
    }

    private static nint Step(nint floats) => floats + Gap;
}
