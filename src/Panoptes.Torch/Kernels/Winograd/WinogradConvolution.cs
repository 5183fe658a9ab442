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
    private const int Places = 36;
    private const int Gap = 16;
    private const int Chunk = 48;           // tiles that a thread takes from the input to the output
    private const int GradientChunk = 128;  // tiles between two meetings of the threads
    private const int TaskTiles = 8;        // of those, that a thread transforms at a time
    private const int TaskInputs = 8;       // inputs whose kernels a thread transforms at a time
    private const int BackInputs = 16;      // the same for the kernels' gradients

    /// <summary>Writes the convolution of x to y; <paramref name="bias"/> may be null.</summary>
    public static void Forward(float* x, TileGrid grid, int inputs, int outputs, KernelTaps kernel, float* bias, float* y)
    {
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

    /// <summary>Writes the gradient of the kernel to <paramref name="kernel"/>, of the input and the output's gradient.</summary>
    public static void KernelGradient(float* x, float* dy, TileGrid grid, int inputs, int outputs, KernelTaps kernel)
    {
        int threads = ParallelLoop.Threads, tiles = grid.Tiles;
        int chunks = (tiles + GradientChunk - 1) / GradientChunk, chunk = (tiles + chunks - 1) / chunks;
        nint vRow = inputs + Gap, dRow = Product.Columns(outputs) + Gap, v = chunk * vRow + Gap, d = chunk * dRow + Gap;
        nint du = Product.Rows(inputs) * dRow + Gap, zeros = Math.Max(inputs, outputs);
        float* memory = Scratch.Take(Places * (v + d + du) + zeros + threads * BackInputs * 9 * outputs);
        float* transformed = memory, gradients = memory + Places * v, sums = gradients + Places * d, outside = sums + Places * du;
        float* taps = outside + zeros;
        new Span<float>(outside, (int)zeros).Clear();
        int strips = (outputs + Product.Strip<T>() - 1) / Product.Strip<T>();
        for (int part = 0; part < chunks; part++)
        {
            int first = part * chunk, count = Math.Min(chunk, tiles - first);
            ParallelLoop.Run((count + TaskTiles - 1) / TaskTiles, (_, task) =>
            {
                float** pixels = stackalloc float*[36];
                for (int t = task * TaskTiles; t < Math.Min(count, (task + 1) * TaskTiles); t++)
                {
                    grid.Pixels(x, inputs, first + t, 6, 1, outside, pixels);
                    Transforms<T>.Input(pixels, inputs, transformed + t * vRow, v);
                    grid.Pixels(dy, outputs, first + t, 4, 0, outside, pixels);
                    Transforms<T>.OutputGradient(pixels, outputs, gradients + t * dRow, d);
                }
            });
            bool add = part > 0;
            ParallelLoop.Run(Places * strips, (_, task) =>
            {
                int place = task / strips, o = task % strips * Product.Strip<T>();
                int width = Math.Min(Product.Strip<T>(), Product.Columns(outputs) - o);
                Product.Multiply<T>(
                    transformed + place * v, 1, vRow, gradients + place * d + o, dRow, sums + place * du + o, dRow, inputs, width, count,
                    add, transformed + place * v + 16, vRow, 6);
            });
        }

        // Whole cache lines of a kernel whose inputs lie side by side.
        ParallelLoop.Run(inputs / BackInputs, (thread, task) =>
        {
            float* own = taps + thread * BackInputs * 9 * outputs;
            for (int i = 0; i < BackInputs; i++)
            {
                Transforms<T>.KernelGradient(sums + (task * BackInputs + i) * dRow, du, outputs, own + i * 9 * outputs);
            }

            kernel.Scatter(outputs, task * BackInputs, BackInputs, own);
        });
    }

    // U: [36][strip][input][output of the strip].
    private static void PackKernel(KernelTaps kernel, int inputs, int outputs, float* packed, nint u, float* works)
    {
        int strips = (outputs + Product.Strip<T>() - 1) / Product.Strip<T>(), tasks = (inputs + TaskInputs - 1) / TaskInputs;
        ParallelLoop.Run(strips * tasks, (thread, task) =>
        {
            float* taps = works + thread * TaskInputs * 9 * 64;
            int o = task / tasks * Product.Strip<T>(), first = task % tasks * TaskInputs, count = Math.Min(TaskInputs, inputs - first);
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
        });
    }

    private static nint Step(nint floats) => floats + Gap;
}
