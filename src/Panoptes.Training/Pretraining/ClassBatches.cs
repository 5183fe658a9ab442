using Panoptes.Imaging;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Pretraining;

/// <summary>Makes batches of square images: to learn from a random part of each, mirrored or not; to measure on the middle.</summary>
/// <param name="images">The images.</param>
/// <param name="input">Colors, means and deviations.</param>
/// <param name="options">Size, seed and limits.</param>
internal sealed class ClassBatches(ClassImages images, InputConfig input, PretrainOptions options)
{
    // Szegedy et al. 2015 (Inception), as ImageNet's recipes have it: a part of 8 to 100 % of the area, sides from 3:4 to 4:3. Small images
    // keep a quarter at least: of 64 pixels 8 % is 18.
    private const double LeastPart = 0.25;
    private const double MostStretch = 4.0 / 3;
    private const int Attempts = 10;

    // What is cut off the middle's sides, 224 of 256.
    private const double Middle = 0.875;

    private readonly Normalization _normalization = new(input);

    /// <summary>Pixels and classes of a batch: [N, 3, size, size] and [N].</summary>
    public (float[] Pixels, long[] Classes) Make(ReadOnlyMemory<int> places, int? epoch, CancellationToken cancellationToken)
    {
        int plane = 3 * options.Size * options.Size;
        float[] pixels = new float[places.Length * plane];
        long[] classes = new long[places.Length];
        ParallelInput.For(
            places.Length,
            i =>
            {
                int index = places.Span[i];
                classes[i] = images.Images[index].Class;
                Image image = images.Load(index, options.Limits);
                RandomStream random = new(options.Seed, RandomPurpose.Augmentation, (ulong)(epoch ?? 0), (ulong)index);
                (int x, int y, int width, int height) = epoch is null ? MiddleOf(image) : PartOf(image, ref random);
                Image square = Cut(image, x, y, width, height).Resize(options.Size, options.Size);
                bool mirror = epoch is not null && random.NextBool();
                _normalization.Write(square, mirror, pixels.AsSpan(i * plane, plane), options.Size, options.Size);
            },
            (_, message) => message,
            cancellationToken);
        return (pixels, classes);
    }

    private static (int X, int Y, int Width, int Height) PartOf(Image image, ref RandomStream random)
    {
        double area = (double)image.Width * image.Height;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double part = area * (LeastPart + ((1 - LeastPart) * random.NextDouble()));
            double stretch = Math.Exp(((2 * random.NextDouble()) - 1) * Math.Log(MostStretch));
            int width = (int)Math.Round(Math.Sqrt(part * stretch));
            int height = (int)Math.Round(Math.Sqrt(part / stretch));
            if (width > 0 && height > 0 && width <= image.Width && height <= image.Height)
            {
                return (random.NextInt(image.Width - width + 1), random.NextInt(image.Height - height + 1), width, height);
            }
        }

        return MiddleOf(image);
    }

    // An image that is hardly larger than a thumbnail is taken whole.
    private static (int X, int Y, int Width, int Height) MiddleOf(Image image)
    {
        int shortSide = Math.Min(image.Width, image.Height);
        int side = shortSide < 100 ? shortSide : Math.Max(1, (int)Math.Round(shortSide * Middle));
        return ((image.Width - side) / 2, (image.Height - side) / 2, side, side);
    }

    private static Image Cut(Image image, int x, int y, int width, int height) => width == image.Width && height == image.Height
        ? image
        : Image.FromPixels(image.Pixels[((y * image.Stride) + (x * 3))..], width, height, image.Stride, PixelFormat.Rgb24);
}
