using System.Buffers;

namespace Panoptes.Inference;

/// <summary>
/// A batch of images as a network reads it: float planes [N, 3, H, W], normalized, each image at the top left, zeros around it.
/// </summary>
/// <remarks>The buffer is pooled: dispose the input once the network has read it.</remarks>
public sealed class NetworkInput : IDisposable
{
    private float[]? _buffer;

    /// <summary>Makes an input of zeros.</summary>
    /// <param name="images">The images' sizes; at least one, none larger than the input.</param>
    /// <param name="width">Padded width W, in pixels.</param>
    /// <param name="height">Padded height H, in pixels.</param>
    /// <exception cref="ArgumentException">There is no image, or one does not fit.</exception>
    public NetworkInput(IReadOnlyList<InputImage> images, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
        {
            throw new ArgumentException("A batch needs an image.", nameof(images));
        }

        foreach (InputImage image in images)
        {
            if (image.Width < 1 || image.Height < 1 || image.Width > width || image.Height > height)
            {
                throw new ArgumentException(
                    $"An image of {image.Width}x{image.Height} does not fit into {width}x{height}.", nameof(images));
            }
        }

        Images = images;
        Width = width;
        Height = height;
        int length = checked(images.Count * 3 * height * width);
        _buffer = ArrayPool<float>.Shared.Rent(length);
        Memory = _buffer.AsMemory(0, length);
        Memory.Span.Clear();
    }

    /// <summary>The images of the batch, in order.</summary>
    public IReadOnlyList<InputImage> Images { get; }

    /// <summary>Padded width W, in pixels.</summary>
    public int Width { get; }

    /// <summary>Padded height H, in pixels.</summary>
    public int Height { get; }

    /// <summary>The values, N*3*H*W of them, contiguous.</summary>
    public Memory<float> Memory { get; private set; }

    /// <summary>The values, N*3*H*W of them, contiguous.</summary>
    public Span<float> Data => Memory.Span;

    /// <summary>One color plane of one image: H*W values.</summary>
    /// <param name="image">Index of the image.</param>
    /// <param name="channel">0..2, in the order of the model's <see cref="ChannelOrder"/>.</param>
    public Span<float> Plane(int image, int channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)image, (uint)Images.Count, nameof(image));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, 3u, nameof(channel));
        return Data.Slice(((image * 3) + channel) * Height * Width, Height * Width);
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
