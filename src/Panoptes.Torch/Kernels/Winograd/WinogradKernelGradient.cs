namespace Panoptes.Torch.Kernels.Winograd;

/// <summary>
/// The gradient of the kernel of <see cref="WinogradConvolution{T}"/>: dU is, for each of the 36 places, the product of the transformed
/// input and the transformed gradient of the output, summed up over all tiles.
/// </summary>
/// <remarks>
/// The tiles are cut into parts, the same ones whatever the number of threads, whose sums are added up in the end. With enough parts each
/// thread takes whole ones and does not wait; where the sums are too large for several, the threads share the work on each chunk of
/// tiles and meet after its transforms and after its products. Both ways add in the same order.
/// </remarks>
internal sealed unsafe class WinogradKernelGradient<T>
    where T : unmanaged, ILanes<T>
{
    private const int Places = 36;
    private const int Gap = 16;
    private const long PartBytes = 24 << 20;  // of all parts' sums
    private const int MostParts = 4;
    private const int PartTiles = 200;    // With fewer, the parts' sums cost more than the threads' meetings.
    private const int OwnChunk = 64;      // tiles that a thread has in work at a time on its own;
    private const int SharedChunk = 256;  // with others: the fewer meetings the better
    private const int TaskTiles = 8;      // of those, that a thread transforms at a time
    private const int TaskInputs = 16;    // inputs whose kernels a thread transforms at a time: whole cache lines of some orders

    private readonly float* _x;
    private readonly float* _dy;
    private readonly TileGrid _grid;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _strips;
    private readonly int _parts;
    private readonly bool _shared;
    private readonly int _chunk;
    private readonly nint _vRow;     // floats from a tile's V to the next one's
    private readonly nint _dRow;     // the same of the gradient, and of dU from an input to the next
    private readonly nint _v;        // from a place to the next
    private readonly nint _d;
    private readonly nint _du;
    private readonly float* _sums;   // [part][place][input][output]
    private readonly float* _outside;
    private readonly float* _works;  // one for all threads, or for each: [V, D]
    private readonly nint _work;

    private WinogradKernelGradient(float* x, float* dy, TileGrid grid, int inputs, int outputs)
    {
        _x = x;
        _dy = dy;
        _grid = grid;
        _inputs = inputs;
        _outputs = outputs;
        int threads = ParallelLoop.Threads;
        _strips = (outputs + Product.Strip<T>() - 1) / Product.Strip<T>();
        _vRow = inputs + Gap;
        _dRow = Product.Columns(outputs) + Gap;
        _du = Product.Rows(inputs) * _dRow + Gap;
        long sums = Places * _du * sizeof(float);
        _parts = (int)Math.Clamp(Math.Min(PartBytes / sums, grid.Tiles / PartTiles), 1, MostParts);
        _shared = threads > _parts;
        int tiles = (grid.Tiles + _parts - 1) / _parts, chunks = (tiles + Most - 1) / Most;
        _chunk = (tiles + chunks - 1) / chunks;
        _v = _chunk * _vRow + Gap;
        _d = _chunk * _dRow + Gap;
        int zeros = Math.Max(inputs, outputs);
        _work = Math.Max(Places * (_v + _d), TaskInputs * 9 * outputs);
        nint works = _shared ? Math.Max(_work, threads * TaskInputs * 9 * (nint)outputs) : threads * _work;
        _sums = Scratch.Take(_parts * Places * _du + zeros + works);
        _outside = _sums + _parts * Places * _du;
        _works = _outside + zeros;
        new Span<float>(_outside, zeros).Clear();
    }

    private int Most => _shared ? SharedChunk : OwnChunk;

    /// <summary>Writes the gradient to <paramref name="kernel"/>, of the input and the output's gradient.</summary>
    public static void Run(float* x, float* dy, TileGrid grid, int inputs, int outputs, KernelTaps kernel)
    {
        if (WinogradFewTiles<T>.IsFor(grid, outputs, WinogradFewTiles<T>.MostTilesOfGradient))
        {
            WinogradFewTiles<T>.KernelGradient(x, dy, grid, inputs, outputs, kernel);
            return;
        }

        WinogradKernelGradient<T> gradient = new(x, dy, grid, inputs, outputs);
        if (gradient._shared)
        {
            for (int part = 0; part < gradient._parts; part++)
            {
                gradient.SumTogether(part);
            }
        }
        else
        {
            ParallelLoop.Run(gradient._parts, gradient.SumAlone);
        }

        gradient.Write(kernel);
    }

    private (int First, int End) Tiles(int part) =>
        ((int)((long)_grid.Tiles * part / _parts), (int)((long)_grid.Tiles * (part + 1) / _parts));

    private void SumAlone(int thread, int part)
    {
        float* work = _works + thread * _work;
        (int first, int end) = Tiles(part);
        for (int start = first; start < end; start += _chunk)
        {
            int count = Math.Min(_chunk, end - start);
            Transform(start, 0, count, work);
            for (int task = 0; task < Places * _strips; task++)
            {
                Multiply(part, task, count, work, start > first);
            }
        }
    }

    private void SumTogether(int part)
    {
        (int first, int end) = Tiles(part);
        for (int start = first; start < end; start += _chunk)
        {
            (int from, int count, bool add) = (start, Math.Min(_chunk, end - start), start > first);
            ParallelLoop.Run(
                (count + TaskTiles - 1) / TaskTiles,
                (_, task) => Transform(from, task * TaskTiles, Math.Min(count, (task + 1) * TaskTiles), _works));
            ParallelLoop.Run(Places * _strips, (_, task) => Multiply(part, task, count, _works, add));
        }
    }

    private void Transform(int start, int first, int end, float* work)
    {
        float** pixels = stackalloc float*[36];
        for (int t = first; t < end; t++)
        {
            _grid.Pixels(_x, _inputs, start + t, 6, 1, _outside, pixels);
            Transforms<T>.Input(pixels, _inputs, work + t * _vRow, _v);
            _grid.Pixels(_dy, _outputs, start + t, 4, 0, _outside, pixels);
            Transforms<T>.OutputGradient(pixels, _outputs, work + Places * _v + t * _dRow, _d);
        }
    }

    private void Multiply(int part, int task, int count, float* work, bool add)
    {
        int place = task / _strips, o = task % _strips * Product.Strip<T>();
        float* left = work + place * _v;
        Product.Multiply<T>(
            left, 1, _vRow, work + Places * _v + place * _d + o, _dRow, _sums + (part * Places + place) * _du + o, _dRow, _inputs,
            Math.Min(Product.Strip<T>(), Product.Columns(_outputs) - o), count, add, left + 16, _vRow, 6);
    }

    // Adds the parts up and turns dU into the gradient of the kernel.
    private void Write(KernelTaps kernel) => ParallelLoop.Run(_inputs / TaskInputs, (thread, task) =>
    {
        float* taps = _works + thread * TaskInputs * 9 * (nint)_outputs;
        for (int i = 0; i < TaskInputs; i++)
        {
            float* sum = _sums + (task * TaskInputs + i) * _dRow;
            for (int part = 1; part < _parts; part++)
            {
                for (int place = 0; place < Places; place++)
                {
                    ColumnSums<T>.Add(sum + (part * Places + place) * _du, _outputs, sum + place * _du);
                }
            }

            Transforms<T>.KernelGradient(sum, _du, _outputs, taps + i * 9 * _outputs);
        }

        kernel.Scatter(_outputs, task * TaskInputs, TaskInputs, taps);
    });
}
