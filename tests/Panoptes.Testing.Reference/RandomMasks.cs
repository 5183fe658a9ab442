using FsCheck;
using FsCheck.Fluent;
using Panoptes.Masks;

namespace Panoptes.Testing;

/// <summary>Small random masks, from empty to full, noisy or made of rectangles.</summary>
public static class RandomMasks
{
    public static Gen<Rle> OfSize(int height, int width)
    {
        Gen<byte[]> noise =
            from density in Gen.Choose(0, 10)
            from values in Gen.Choose(1, 10).ArrayOf(height * width)
            select values.Select(v => v <= density ? (byte)1 : (byte)0).ToArray();
        Gen<byte[]> rectangles =
            from corners in Gen.Choose(0, 1000).ArrayOf(12)
            select Rectangles(corners, height, width);
        return Gen.OneOf(noise, rectangles).Select(pixels => Rle.FromMask(pixels, height, width));
    }

    public static Gen<Rle> Any() =>
        from height in Gen.Choose(1, 14)
        from width in Gen.Choose(1, 80)
        from mask in OfSize(height, width)
        select mask;

    public static Gen<(Rle A, Rle B)> Pair() =>
        from height in Gen.Choose(1, 14)
        from width in Gen.Choose(1, 14)
        from a in OfSize(height, width)
        from b in OfSize(height, width)
        select (a, b);

    /// <summary>The mask pixel by pixel, row by row.</summary>
    public static bool[] Pixels(Rle mask)
    {
        // From the definition, not through the code under test: runs go down the columns.
        bool[] pixels = new bool[mask.Height * mask.Width];
        int position = 0;
        bool value = false;
        foreach (uint count in mask.Counts)
        {
            for (uint i = 0; i < count; i++, position++)
            {
                pixels[(position % mask.Height * mask.Width) + (position / mask.Height)] = value;
            }

            value = !value;
        }

        Assert.Equal(pixels.Length, position);
        return pixels;
    }

    public static void Holds<T>(Gen<T> inputs, Func<T, bool> law) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(inputs.ToArbitrary(), law));

    private static byte[] Rectangles(int[] corners, int height, int width)
    {
        byte[] pixels = new byte[height * width];
        for (int i = 0; i < corners.Length; i += 4)
        {
            for (int y = corners[i] % height; y <= corners[i + 1] % height; y++)
            {
                for (int x = corners[i + 2] % width; x <= corners[i + 3] % width; x++)
                {
                    pixels[(y * width) + x] = (byte)(i == 8 ? 0 : 7); // the third one cuts a hole
                }
            }
        }

        return pixels;
    }
}
