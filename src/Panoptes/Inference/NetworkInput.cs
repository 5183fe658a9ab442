using System.Buffers;

namespace Panoptes.Inference;

/// <summary>
/// A batch of pictures as a network reads it: float planes [N, 3, H, W], normalised, each picture at the top left, zeros around it.
/// </summary>
/// <remarks>The buffer is pooled: dispose the input once the network has read it.</remarks>
public sealed class NetworkInput : IDisposable
{
    private float[]? _buffer;

    /// <summary>Makes an input of zeros.</summary>
    /// <param name="pictures">The pictures' sizes; at least one, none larger than the input.</param>
    /// <param name="width">Padded width W, in pixels.</param>
    /// <param name="height">Padded height H, in pixels.</param>
    /// <exception cref="ArgumentException">There is no picture, or one does not fit.</exception>
    public NetworkInput(IReadOnlyList<InputPicture> pictures, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0)
        {
            throw new ArgumentException("A batch needs a picture.", nameof(pictures));
        }

        foreach (InputPicture picture in pictures)
        {
            if (picture.Width < 1 || picture.Height < 1 || picture.Width > width || picture.Height > height)
            {
                throw new ArgumentException(
                    $"A picture of {picture.Width}x{picture.Height} does not fit into {width}x{height}.", nameof(pictures));
            }
        }

        Pictures = pictures;
        Width = width;
        Height = height;
        int length = checked(pictures.Count * 3 * height * width);
        _buffer = ArrayPool<float>.Shared.Rent(length);
        Memory = _buffer.AsMemory(0, length);
        Memory.Span.Clear();
    }

    /// <summary>The pictures of the batch, in order.</summary>
    public IReadOnlyList<InputPicture> Pictures { get; }

    /// <summary>Padded width W, in pixels.</summary>
    public int Width { get; }

    /// <summary>Padded height H, in pixels.</summary>
    public int Height { get; }

    /// <summary>The values, N*3*H*W of them, contiguous.</summary>
    public Memory<float> Memory { get; private set; }

    /// <summary>The values, N*3*H*W of them, contiguous.</summary>
    public Span<float> Data => Memory.Span;

    /// <summary>One colour plane of one picture: H*W values.</summary>
    /// <param name="picture">Index of the picture.</param>
    /// <param name="channel">0..2, in the order of the model's <see cref="ChannelOrder"/>.</param>
    public Span<float> Plane(int picture, int channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)picture, (uint)Pictures.Count, nameof(picture));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, 3u, nameof(channel));
        return Data.Slice(((picture * 3) + channel) * Height * Width, Height * Width);
    }

    /// <summary>Gives the buffer back; <see cref="Data"/> is empty afterwards.</summary>
    public void Dispose()
    {
        float[]? buffer = Interlocked.Exchange(ref _buffer, null);
        if (buffer is not null)
        {
            Memory = default;
            ArrayPool<float>.Shared.Return(buffer);
        }
    }
}
