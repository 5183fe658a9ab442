namespace Panoptes.Torch.Kernels.Deform;

/// <summary>
/// The backward pass: some blocks at a time, first their columns (gathered again instead of kept), the columns' gradients and what moves
/// them, then, in other shares, the sums over places. Every sum is computed by one thread in one order: the number of threads changes
/// nothing.
/// </summary>
internal sealed unsafe class DeformBackward<T>
    where T : unmanaged, ILanes<T>
{
    private const int Blocks = 8;        // in work at a time
    private const int TaskColumns = 48;  // rows of the weight's gradient that a thread sums up: 8 tiles of a product

    private readonly DeformPlan _plan;
    private readonly DeformGeometry _g;
    private readonly float* _dy;
    private readonly DeformGradients _to;
    private readonly DeformSegment[] _segments;  // all channels
    private readonly DeformSegment[] _slices;    // those that one thread adds up in the input's gradient
    private readonly int _chunk;                 // places in work at a time
    private readonly nint _sumsGroup;
    private readonly float* _kernel;             // packed, turned
    private readonly float* _columns;            // [group][place][row]
    private readonly float* _gradients;          // of the columns
    private readonly float* _outputs;            // dy: [group][place][output]
    private readonly float* _sums;               // the weight's gradient: [group][column][output]
    private readonly DeformSample* _samples;     // [place][sample]
    private readonly float* _outside;            // zeros
    private readonly float* _works;              // each thread's: what is added outside of the image, and dots
    private readonly nint _work;
    private int _first;
    private int _count;

    private DeformBackward(DeformPlan plan, float* dy, DeformGradients to)
    {
        _plan = plan;
        _g = plan.G;
        _dy = dy;
        _to = to;
        int threads = ParallelLoop.Threads;
        _segments = DeformSegment.All(_g, _g.Channels);
        _slices = DeformSegment.All(_g, Math.Clamp((_g.Channels / threads + 15) / 16 * 16, 16, 128));
        _chunk = Math.Min(plan.Block * Blocks, (_g.Places + 5) / 6 * 6);
        int rows = Product.Rows(_chunk) + 6;  // The last block's last tile may be longer than the block.
        nint kernel = to.Columns ? _g.Groups * DeformWeights<T>.PackedGroup(_g, turned: true) : 0;
        nint columns = (nint)_g.Groups * _chunk * plan.Row + 6 * plan.Row + 64, gradients = to.Columns ? columns : 0;
        nint outputs = (nint)_g.Groups * _chunk * plan.OutputRow + 6 * plan.OutputRow;
        nint samples = ((nint)_chunk * _g.Samples * sizeof(DeformSample) / sizeof(float) + 31) / 16 * 16;
        _sumsGroup = (nint)(Product.Rows(_g.Columns) + 6) * plan.OutputRow;
        _work = (_g.Channels + 4 * _g.Samples + 31) / 16 * 16;
        _kernel = Scratch.Take(
            kernel + columns + gradients + outputs + _g.Groups * _sumsGroup + samples + _g.Channels + 16 + threads * _work);
        _columns = _kernel + kernel;
        _gradients = _columns + columns;
        _outputs = _gradients + gradients;
        _sums = _outputs + outputs;
        _samples = (DeformSample*)(_sums + _g.Groups * _sumsGroup);
        _outside = (float*)_samples + samples;
        _works = _outside + _g.Channels + 16;
        new Span<float>(_outside, _g.Channels).Clear();
        if (to.Columns)
        {
            DeformWeights<T>.Pack(plan, turned: true, _kernel);
        }
    }

    /// <summary>Writes the gradients that are wanted, of the output's, [N, H', W', outputs]; that of x is added to what is there.</summary>
    public static void Run(DeformPlan plan, float* dy, DeformGradients to)
    {
        if (plan.G.Places > 0)
        {
            new DeformBackward<T>(plan, dy, to).Run();
        }
        else if (to.Weight != null)
        {
            new Span<float>(to.Weight, checked((int)plan.G.WeightCount)).Clear();
        }
    }

    private void Run()
    {
        int tasks = (_g.Columns + TaskColumns - 1) / TaskColumns;
        for (_first = 0; _first < _g.Places; _first += _chunk)
        {
            _count = Math.Min(_chunk, _g.Places - _first);
            ParallelLoop.Run((_count + _plan.Block - 1) / _plan.Block, ComputeBlock);
            if (_to.X != null)
            {
                ParallelLoop.Run(_slices.Length, AddToInput);
            }

            if (_to.Weight != null)
            {
                ParallelLoop.Run(_g.Groups * tasks, (_, task) => AddToWeight(task / tasks, task % tasks * TaskColumns));
            }
        }

        if (_to.Weight != null)
        {
            DeformWeights<T>.Unpack(_plan, _sums, _sumsGroup, _to.Weight);
        }
    }

    // Columns, their gradients, and the gradients of offsets and masks of a block of the chunk.
    private void ComputeBlock(int thread, int block)
    {
        int start = block * _plan.Block, count = Math.Min(_plan.Block, _count - start);
        for (int group = 0; group < _g.Groups; group++)
        {
            float* outputs = _outputs + ((nint)group * _chunk + start) * _plan.OutputRow;
            for (int p = 0; p < count; p++)
            {
                float* from = _dy + (nint)(_first + start + p) * _g.Outputs + group * _g.GroupOutputs;
                new ReadOnlySpan<float>(from, _g.GroupOutputs).CopyTo(new Span<float>(outputs + p * _plan.OutputRow, _g.GroupOutputs));
            }
        }

        for (int group = 0; group < _g.Groups && _to.Columns; group++)
        {
            nint at = (nint)group * _chunk + start;
            Product.MultiplyPacked<T>(
                _outputs + at * _plan.OutputRow, _plan.OutputRow, _kernel + group * DeformWeights<T>.PackedGroup(_g, turned: true),
                _gradients + at * _plan.Row, _plan.Row, count, _g.Columns, _g.GroupOutputs);
        }

        float* dots = _works + thread * _work + _g.Channels;
        for (int p = start; p < start + count; p++)
        {
            DeformSample* samples = _samples + (nint)p * _g.Samples;
            _plan.Locate(_first + p, samples);
            new Span<float>(dots, 4 * _g.Samples).Clear();
            Gather(p, samples, dots);
            if (_to.Moves)
            {
                WriteMoves(_first + p, samples, dots);
            }
        }
    }

    private void Gather(int place, DeformSample* samples, float* dots)
    {
        float** corners = stackalloc float*[4];
        float* shares = stackalloc float[4];
        foreach (ref readonly DeformSegment segment in _segments.AsSpan())
        {
            for (int t = 0; t < _g.Taps; t++)
            {
                int i = segment.OffsetGroup * _g.Taps + t;
                nint at = _plan.Column(segment, _chunk, place, t);
                samples[i].Corners(_plan.X, segment.First, _outside, corners);
                samples[i].Shares(samples[i].Mask, shares);
                if (_to.Moves)
                {
                    DeformVectors<T>.InterpolateAndMultiply(corners, shares, _gradients + at, segment.Count, _columns + at, dots + 4 * i);
                }
                else if (_to.Weight != null)
                {
                    DeformVectors<T>.Interpolate(corners, shares, segment.Count, _columns + at);
                }
            }
        }
    }

    // With v the corners' floats, a sample is mask · sum of share · v; its derivatives by the mask and by its place in y and x.
    private void WriteMoves(int place, DeformSample* samples, float* dots)
    {
        float* shares = stackalloc float[4];
        for (int i = 0; i < _g.Samples; i++, dots += 4)
        {
            DeformSample sample = samples[i];
            nint at = (nint)place * _g.Samples + i;
            if (_to.Offset != null)
            {
                float down = sample.Down, right = sample.Right;
                _to.Offset[2 * at] = sample.Mask * ((dots[2] - dots[0]) * (1 - right) + (dots[3] - dots[1]) * right);
                _to.Offset[2 * at + 1] = sample.Mask * ((dots[1] - dots[0]) * (1 - down) + (dots[3] - dots[2]) * down);
            }

            if (_to.Mask != null)
            {
                sample.Shares(1, shares);
                _to.Mask[at] = shares[0] * dots[0] + shares[1] * dots[1] + shares[2] * dots[2] + shares[3] * dots[3];
            }
        }
    }

    // Samples of different places read the same pixels: a thread has some channels for itself.
    private void AddToInput(int thread, int index)
    {
        DeformSegment slice = _slices[index];
        float* nowhere = _works + thread * _work;
        float** corners = stackalloc float*[4];
        float* shares = stackalloc float[4];
        for (int p = 0; p < _count; p++)
        {
            DeformSample* samples = _samples + (nint)p * _g.Samples + slice.OffsetGroup * _g.Taps;
            for (int t = 0; t < _g.Taps; t++)
            {
                samples[t].Corners(_to.X, slice.First, nowhere, corners);
                samples[t].Shares(samples[t].Mask, shares);
                DeformVectors<T>.Spread(corners, shares, _gradients + _plan.Column(slice, _chunk, p, t), slice.Count);
            }
        }
    }

    // sums[column][output] += sum over the chunk's places of columns[place][column] * dy[place][output].
    private void AddToWeight(int group, int column)
    {
        int rows = Math.Min(TaskColumns, _g.Columns - column), strip = Product.Strip<T>();
        for (int p = 0; p < _count; p += Product.Depth)
        {
            nint at = (nint)group * _chunk + p;
            float* left = _columns + at * _plan.Row + column;
            for (int o = 0; o < _g.GroupOutputs; o += strip)
            {
                Product.Multiply<T>(
                    left, 1, _plan.Row, _outputs + at * _plan.OutputRow + o, _plan.OutputRow,
                    _sums + group * _sumsGroup + (nint)column * _plan.OutputRow + o, _plan.OutputRow, rows,
                    Math.Min(strip, Product.Columns(_g.GroupOutputs) - o), Math.Min(Product.Depth, _count - p), _first > 0 || p > 0,
                    left + 16, _plan.Row, 6);
            }
        }
    }
}
