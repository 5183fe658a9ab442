namespace Panoptes.Torch.Kernels.Deform;

/// <summary>
/// The forward pass: the samples of a block of places are gathered into columns, which stay in a core's own cache, and multiplied with the
/// kernel. Every element is computed by one thread in one order: the number of threads changes nothing.
/// </summary>
internal sealed unsafe class DeformForward<T>
    where T : unmanaged, ILanes<T>
{
    private readonly DeformPlan _plan;
    private readonly DeformGeometry _g;
    private readonly DeformSegment[] _segments;
    private readonly float* _bias;
    private readonly float* _y;
    private readonly int _rows;
    private readonly float* _kernel;
    private readonly float* _outside;
    private readonly float* _works;
    private readonly nint _work;

    private DeformForward(DeformPlan plan, float* bias, float* y)
    {
        _plan = plan;
        _g = plan.G;
        _bias = bias;
        _y = y;
        _segments = DeformSegment.All(_g, _g.Channels);
        _rows = Product.Rows(plan.Block);
        nint kernel = _g.Groups * DeformWeights<T>.PackedGroup(_g, turned: false);
        nint samples = (nint)_g.Samples * sizeof(DeformSample) / sizeof(float);
        _work = (_rows * ((nint)_g.Groups * plan.Row + plan.OutputRow) + samples + 31) / 16 * 16;
        _kernel = Scratch.Take(kernel + _g.Channels + 16 + ParallelLoop.Threads * _work);
        _works = _kernel + kernel;
        _outside = _works + ParallelLoop.Threads * _work;
        new Span<float>(_outside, _g.Channels).Clear();
        DeformWeights<T>.Pack(plan, turned: false, _kernel);
    }

    /// <summary>Writes [N, H', W', outputs] to y; <paramref name="bias"/> may be null.</summary>
    public static void Run(DeformPlan plan, float* bias, float* y)
    {
        DeformForward<T> forward = new(plan, bias, y);
        ParallelLoop.Run((plan.G.Places + plan.Block - 1) / plan.Block, forward.Compute);
    }

    private void Compute(int thread, int block)
    {
        int first = block * _plan.Block, count = Math.Min(_plan.Block, _g.Places - first);
        float* columns = _works + thread * _work;
        float* sums = columns + (nint)_g.Groups * _rows * _plan.Row;
        DeformSample* samples = (DeformSample*)(sums + _rows * _plan.OutputRow);
        for (int p = 0; p < count; p++)
        {
            _plan.Locate(first + p, samples);
            Gather(p, samples, columns);
        }

        for (int group = 0; group < _g.Groups; group++)
        {
            float* kernel = _kernel + group * DeformWeights<T>.PackedGroup(_g, turned: false);
            Product.MultiplyPacked<T>(
                columns + (nint)group * _rows * _plan.Row, _plan.Row, kernel, sums, _plan.OutputRow, count, _g.GroupOutputs, _g.Columns);
            for (int p = 0; p < count; p++)
            {
                float* to = _y + (nint)(first + p) * _g.Outputs + group * _g.GroupOutputs;
                new ReadOnlySpan<float>(sums + p * _plan.OutputRow, _g.GroupOutputs).CopyTo(new Span<float>(to, _g.GroupOutputs));
                if (_bias != null)
                {
                    ColumnSums<T>.Add(_bias + group * _g.GroupOutputs, _g.GroupOutputs, to);
                }
            }
        }
    }

    private void Gather(int place, DeformSample* samples, float* columns)
    {
        float** corners = stackalloc float*[4];
        float* shares = stackalloc float[4];
        foreach (ref readonly DeformSegment segment in _segments.AsSpan())
        {
            for (int t = 0; t < _g.Taps; t++)
            {
                DeformSample* sample = samples + segment.OffsetGroup * _g.Taps + t;
                sample->Corners(_plan.X, segment.First, _outside, corners);
                sample->Shares(sample->Mask, shares);
                DeformVectors<T>.Interpolate(corners, shares, segment.Count, columns + _plan.Column(segment, _rows, place, t));
            }
        }
    }
}
