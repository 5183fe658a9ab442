using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Panoptes.Imaging;

namespace Panoptes.Inference;

/// <summary>From images to the network's input: resized with the antialiased filter, normalized, then padded with zeros.</summary>
/// <remarks>The preprocessor keeps no state: one serves any number of threads.</remarks>
internal sealed class Preprocessor
{
    private const int Block = 16;

    // For each color and each third of 48 interleaved bytes: which byte comes to which of the 16 places; 255 picks zero.
    private static readonly Vector128<byte>[] s_picks = MakePicks();

    private readonly PreprocessingOptions _options;

    /// <summary>Prepares the work.</summary>
    /// <param name="options">Size, color order, mean and deviation.</param>
    public Preprocessor(PreprocessingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Makes a batch; all images share the padded size of the largest.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>The input, the caller's to dispose.</returns>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public NetworkInput Prepare(IReadOnlyList<Image> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        InputImage[] sizes = new InputImage[images.Count];
        int width = 0;
        int height = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            Image image = images[i];
            (int w, int h) = _options.TargetSize(image.Width, image.Height);
            sizes[i] = new InputImage(image.Width, image.Height, w, h);
            width = Math.Max(width, w);
            height = Math.Max(height, h);
        }

        NetworkInput input = new(sizes, _options.PaddedLength(width), _options.PaddedLength(height));
        try
        {
            ParallelOptions parallel = new() { CancellationToken = cancellationToken };
            Parallel.For(0, sizes.Length, parallel, i =>
            {
                InputImage size = sizes[i];
                bool asItIs = size.Width == size.OriginalWidth && size.Height == size.OriginalHeight;
                Normalize(asItIs ? images[i] : images[i].Resize(size.Width, size.Height), input, i);
            });
        }
        catch
        {
            input.Dispose();
            throw;
        }

        return input;
    }

    /// <summary>Writes the normalized planes of one image, already resized, into a batch.</summary>
    /// <param name="image">An image of exactly the size that the batch states for it.</param>
    /// <param name="input">The batch.</param>
    /// <param name="index">Index of the image in the batch.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void Normalize(Image image, NetworkInput input, int index)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(input);
        InputImage size = input.Images[index];
        if (image.Width != size.Width || image.Height != size.Height)
        {
            throw new ArgumentException(
                $"An image of {image.Width}x{image.Height} was given for {size.Width}x{size.Height}.", nameof(image));
        }

        bool bgr = _options.ChannelOrder == ChannelOrder.Bgr;
        for (int y = 0; y < size.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Row(y);
            for (int channel = 0; channel < 3; channel++)
            {
                Span<float> target = input.Plane(index, channel).Slice(y * input.Width, size.Width);
                NormalizeRow(row, bgr ? 2 - channel : channel, target, _options.PixelScale, _options.Mean[channel], _options.Std[channel]);
            }
        }
    }

    /// <summary><c>(byte * scale / 255 - mean) / std</c> for one color of a row.</summary>
    private static void NormalizeRow(ReadOnlySpan<byte> rgb, int color, Span<float> target, float scale, float mean, float std)
    {
        int x = 0;
        ref byte source = ref MemoryMarshal.GetReference(rgb);
        ref float result = ref MemoryMarshal.GetReference(target);
        Vector128<float> scales = Vector128.Create(scale), means = Vector128.Create(mean), deviations = Vector128.Create(std);
        for (; x <= target.Length - Block; x += Block)
        {
            ref byte block = ref Unsafe.Add(ref source, 3 * x);
            Vector128<byte> bytes = Vector128.Shuffle(Vector128.LoadUnsafe(ref block), s_picks[3 * color])
                | Vector128.Shuffle(Vector128.LoadUnsafe(ref block, Block), s_picks[(3 * color) + 1])
                | Vector128.Shuffle(Vector128.LoadUnsafe(ref block, 2 * Block), s_picks[(3 * color) + 2]);
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(bytes);
            (Vector128<uint> a, Vector128<uint> b) = Vector128.Widen(low);
            (Vector128<uint> c, Vector128<uint> d) = Vector128.Widen(high);
            ref float place = ref Unsafe.Add(ref result, x);
            Apply(a).StoreUnsafe(ref place);
            Apply(b).StoreUnsafe(ref place, 4);
            Apply(c).StoreUnsafe(ref place, 8);
            Apply(d).StoreUnsafe(ref place, 12);
        }

        for (; x < target.Length; x++)
        {
            target[x] = ((rgb[(3 * x) + color] * scale / 255) - mean) / std;
        }

        Vector128<float> Apply(Vector128<uint> values)
        {
            Vector128<float> value = Vector128.ConvertToSingle(values.AsInt32());
            value = scale == 255 ? value : value * scales / Vector128.Create(255f);
            return (value - means) / deviations;
        }
    }

    private static Vector128<byte>[] MakePicks()
    {
        Vector128<byte>[] picks = new Vector128<byte>[9];
        byte[] indices = new byte[Block];
        for (int color = 0; color < 3; color++)
        {
            for (int third = 0; third < 3; third++)
            {
                for (int i = 0; i < Block; i++)
                {
                    int index = (3 * i) + color - (Block * third);
                    indices[i] = index is >= 0 and < Block ? (byte)index : (byte)255;
                }

                picks[(3 * color) + third] = Vector128.Create(indices);
            }
        }

        return picks;
    }
}
