using System.Runtime.InteropServices;
using Panoptes.Masks;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Data;

/// <summary>
/// Images ready for the network: normalized float planes [N, 3, H, W], each image at the top left and zeros around it, and the
/// instances of all images one after another. The arrays are pinned and used again by later batches: dispose a batch
/// when no tensor looks at it any more, and keep none of its spans.
/// </summary>
internal sealed class Batch : IDisposable
{
    private readonly Action<Batch>? _giveBack;
    private readonly List<BatchImage> _images = [];
    private float[] _pixels = [];
    private float[] _boxes = [];
    private long[] _classes = [];
    private int _disposed;

    internal Batch(Action<Batch>? giveBack) => _giveBack = giveBack;

    /// <summary>Position of the batch in its loader's stream, from 0.</summary>
    public long Number { get; private set; }

    /// <summary>How often the dataset was gone through, at the end of this batch; 1.5 is in the middle of the second time.</summary>
    public double Epoch { get; private set; }

    /// <summary>The images.</summary>
    public IReadOnlyList<BatchImage> Images => _images;

    /// <summary>Padded height H, in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>Padded width W, in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Number of instances K of all images together.</summary>
    public int InstanceCount { get; private set; }

    /// <summary>The planes [N, 3, H, W], contiguous; the colors' order is that of the configuration.</summary>
    public Memory<float> Pixels => _pixels.AsMemory(0, _images.Count * 3 * Height * Width);

    /// <summary>The boxes [K, 4] as x1, y1, x2, y2 in input pixels.</summary>
    public ReadOnlyMemory<float> Boxes => _boxes.AsMemory(0, InstanceCount * 4);

    /// <summary>The class indices [K].</summary>
    public ReadOnlyMemory<long> Classes => _classes.AsMemory(0, InstanceCount);

    /// <summary>The masks of the K instances; empty where <see cref="LoaderOptions.PixelMasks"/> is off.</summary>
    public InstanceMasks Masks { get; } = new();

    /// <summary>The masks of the K instances as small squares; empty where <see cref="LoaderOptions.BoxMaskSize"/> is 0.</summary>
    public BoxMasks BoxMasks { get; } = new();

    /// <summary>The label of every pixel; empty where <see cref="LoaderOptions.SegmentStride"/> is 0.</summary>
    public BatchSegments Segments { get; } = new();

    /// <summary>The boxes [K] in input pixels, in double precision as targets need them.</summary>
    public IReadOnlyList<Box> ListBoxes()
    {
        ReadOnlySpan<float> values = Boxes.Span;
        List<Box> boxes = new(InstanceCount);
        for (int k = 0; k < InstanceCount; k++)
            boxes.Add(new Box(values[4 * k], values[4 * k + 1], values[4 * k + 2], values[4 * k + 3]));
        return boxes;
    }

    /// <summary>Gives the arrays back for a later batch.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _giveBack?.Invoke(this);
    }

    /// <summary>Fills the batch again.</summary>
    internal void Fill(BatchPlan plan, IReadOnlyList<TrainingSample> samples, LoaderOptions options, Normalization normalization)
    {
        _disposed = 0;
        Number = plan.Number;
        Epoch = plan.Epoch;
        Width = Pad(samples.Max(sample => sample.Transform.Width), options.Input.SizeDivisor);
        Height = Pad(samples.Max(sample => sample.Transform.Height), options.Input.SizeDivisor);
        InstanceCount = samples.Sum(sample => sample.Boxes.Count);
        _images.Clear();
        Masks.Clear();
        Buffers.Grow(ref _pixels, 0, samples.Count * 3 * Height * Width);
        Buffers.Grow(ref _boxes, 0, InstanceCount * 4);
        Buffers.Grow(ref _classes, 0, InstanceCount);
        BoxMasks.Fill(samples, options.BoxMaskSize);
        Segments.Fill(samples, options.SegmentStride, Height, Width);
        int instance = 0;
        foreach (TrainingSample sample in samples)
        {
            int planes = _images.Count * 3 * Height * Width;
            normalization.Write(sample.Resized, sample.Transform.Mirror, _pixels.AsSpan(planes, 3 * Height * Width), Width, Height);
            _images.Add(new BatchImage(sample.Record, sample.Transform, instance, sample.Boxes.Count));
            for (int i = 0; i < sample.Boxes.Count; i++, instance++)
                AddInstance(instance, sample.Boxes[i], sample.Classes[i], sample.Masks[i], options);
        }
    }

    private void AddInstance(int instance, Box box, int classIndex, Rle mask, LoaderOptions options)
    {
        _boxes[4 * instance] = (float)box.X1;
        _boxes[4 * instance + 1] = (float)box.Y1;
        _boxes[4 * instance + 2] = (float)box.X2;
        _boxes[4 * instance + 3] = (float)box.Y2;
        _classes[instance] = classIndex;
        if (options.PixelMasks)
            Masks.Add(mask, box, Width / options.MaskStride, Height / options.MaskStride, options);
    }

    private static int Pad(int length, int divisor) => (length + divisor - 1) / divisor * divisor;
}
