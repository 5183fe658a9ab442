using System.Buffers;

namespace Panoptes.Inference;

/// <summary>One output of a network: contiguous floats [N, C, H, W].</summary>
public sealed class FeatureMap : IDisposable
{
    private float[]? _buffer;
    private ReadOnlyMemory<float> _data;

    /// <summary>Wraps values that someone else owns; they must stay valid and unchanged as long as the map is used.</summary>
    /// <param name="data">N*C*H*W values, contiguous.</param>
    /// <param name="batch">Number of images N.</param>
    /// <param name="channels">Number of channels C.</param>
    /// <param name="height">Height H, in cells.</param>
    /// <param name="width">Width W, in cells.</param>
    /// <exception cref="ArgumentException">The number of values is not N*C*H*W.</exception>
    public FeatureMap(ReadOnlyMemory<float> data, int batch, int channels, int height, int width)
    {
        if (data.Length != Length(batch, channels, height, width))
        {
            throw new ArgumentException($"{data.Length} values are not [{batch}, {channels}, {height}, {width}].", nameof(data));
        }

        (_data, Batch, Channels, Height, Width) = (data, batch, channels, height, width);
    }

    /// <summary>
    /// Makes a map in a pooled buffer and lets <paramref name="fill"/> write its N*C*H*W values; disposing gives the buffer back.
    /// </summary>
    /// <param name="batch">Number of images N.</param>
    /// <param name="channels">Number of channels C.</param>
    /// <param name="height">Height H, in cells.</param>
    /// <param name="width">Width W, in cells.</param>
    /// <param name="state">Passed to <paramref name="fill"/>.</param>
    /// <param name="fill">Writes every value; the buffer holds old values before.</param>
    /// <typeparam name="TState">Type of the state.</typeparam>
    public static FeatureMap Create<TState>(
        int batch, int channels, int height, int width, TState state, SpanAction<float, TState> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        int length = Length(batch, channels, height, width);
        float[] buffer = ArrayPool<float>.Shared.Rent(length);
        try
        {
            fill(buffer.AsSpan(0, length), state);
        }
        catch
        {
            ArrayPool<float>.Shared.Return(buffer);
            throw;
        }

        return new FeatureMap(buffer.AsMemory(0, length), batch, channels, height, width) { _buffer = buffer };
    }

    /// <summary>Number of images N.</summary>
    public int Batch { get; }

    /// <summary>Number of channels C.</summary>
    public int Channels { get; }

    /// <summary>Height H, in cells.</summary>
    public int Height { get; }

    /// <summary>Width W, in cells.</summary>
    public int Width { get; }

    /// <summary>All values, N*C*H*W of them.</summary>
    public ReadOnlySpan<float> Data => _data.Span;

    /// <summary>The values of one image: C*H*W of them.</summary>
    /// <param name="image">Index of the image.</param>
    public ReadOnlySpan<float> Image(int image)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)image, (uint)Batch, nameof(image));
        int size = Channels * Height * Width;
        return Data.Slice(image * size, size);
    }

    /// <summary>As <see cref="Image"/>, for use across threads.</summary>
    internal ReadOnlyMemory<float> ImageMemory(int image) =>
        _data.Slice(image * Channels * Height * Width, Channels * Height * Width);

    /// <summary>One channel of one image: H*W values.</summary>
    /// <param name="image">Index of the image.</param>
    /// <param name="channel">Index of the channel.</param>
    public ReadOnlySpan<float> Plane(int image, int channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)Channels, nameof(channel));
        return Image(image).Slice(channel * Height * Width, Height * Width);
    }

    /// <summary>Gives a pooled buffer back; the map is empty afterwards.</summary>
    public void Dispose()
    {
        float[]? buffer = Interlocked.Exchange(ref _buffer, null);
        _data = default;
        if (buffer is not null)
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private static int Length(int batch, int channels, int height, int width) => checked(batch * channels * height * width);
}
