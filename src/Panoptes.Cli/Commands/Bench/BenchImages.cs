using System.Globalization;
using Panoptes.Cli.Input;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;

namespace Panoptes.Cli.Commands.Bench;

/// <summary>What <c>panoptes bench</c> predicts: the user's images, or one made up.</summary>
internal static class BenchImages
{
    /// <summary>Reads the first files of a folder, so that disks play no part.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="most">How many are needed.</param>
    /// <exception cref="InputException">There are none, or one is not an image or damaged; the message names it.</exception>
    public static IReadOnlyList<byte[]> Read(string folder, int most)
    {
        List<byte[]> files = [];
        foreach (string path in ImageInputs.Expand([InputFolder.Require("--images", folder)]).Take(most))
        {
            // What is timed are bytes without a name: whatever is wrong with a file must be told here.
            Image.Load(path);
            files.Add(File.ReadAllBytes(path));
        }

        return files;
    }

    /// <summary>A JPEG of a size: a gradient with rectangles, the same in every run.</summary>
    public static byte[] MakeUp(ImageSize size)
    {
        Image image = new(size);
        for (int y = 0; y < size.Height; y++)
        {
            Span<byte> row = image.Row(y);
            for (int x = 0; x < size.Width; x++)
            {
                row[3 * x] = (byte)(255 * x / size.Width);
                row[(3 * x) + 1] = (byte)(255 * y / size.Height);
                row[(3 * x) + 2] = 128;
            }
        }

        Canvas canvas = new(image);
        Random random = new(1);
        for (int i = 0; i < 40; i++)
        {
            double x = random.NextDouble() * size.Width, y = random.NextDouble() * size.Height;
            Box box = Box.FromXywh(x, y, random.NextDouble() * size.Width / 4, random.NextDouble() * size.Height / 4);
            canvas.FillBox(box, new Rgb((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
        }

        return image.EncodeJpeg();
    }

    /// <summary>The size that <c>--size HxW</c> gives.</summary>
    /// <exception cref="InputException">It is not a size, or one that no network takes.</exception>
    public static ImageSize ParseSize(string text)
    {
        string[] sides = text.Split('x', 'X');
        return sides.Length == 2 && Side(sides[0]) is { } height && Side(sides[1]) is { } width
            && (long)height * width <= PreprocessingOptions.MaxPixels
                ? new ImageSize(width, height)
                : throw InputException.ForSetting(
                    $"--size {text}",
                    $"allowed is HEIGHTxWIDTH, for example 800x1088, each side 1 to {PreprocessingOptions.MaxSide}, "
                    + $"{PreprocessingOptions.MaxPixels} pixels at most");

        static int? Side(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side)
                && side is >= 1 and <= PreprocessingOptions.MaxSide
                    ? side
                    : null;
    }

    /// <summary>The size at which a model sees an image of 4 to 3.</summary>
    public static ImageSize UsualSize(PreprocessingOptions preprocessing)
    {
        (int width, int height) = preprocessing.TargetSize(4000, 3000);
        return new ImageSize(width, height);
    }
}
