using System.Runtime.InteropServices;
using Panoptes.Coco.Codecs;
using Panoptes.Coco.Formats;
using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>
/// A mask, wherever and in whatever form it lies: in memory as an object, or packed together with many others as it stood in a file, and
/// decoded only when it is needed.
/// </summary>
internal readonly struct StoredMask
{
    private readonly object? _holder;
    private readonly int _offset;
    private readonly int _length;

    private StoredMask(MaskForm form, object holder, int height, int width, int offset, int length) =>
        (Form, _holder, Height, Width, _offset, _length) = (form, holder, height, width, offset, length);

    /// <summary>How it is kept.</summary>
    public MaskForm Form { get; }

    /// <summary>Rows, where it is run lengths; 0 for outlines, which any image can hold.</summary>
    public int Height { get; }

    /// <summary>Columns, where it is run lengths.</summary>
    public int Width { get; }

    /// <summary>Whether there is a mask.</summary>
    public bool Exists => Form != MaskForm.None;

    /// <summary>Whether it is run lengths, which are made for an image of one size.</summary>
    public bool IsRle => Form is MaskForm.PackedCounts or MaskForm.PackedText or MaskForm.Rle;

    private ReadOnlySpan<byte> Packed => ((MaskPack)_holder!).Bytes.AsSpan(_offset, _length);

    /// <summary>Run lengths in memory, or none.</summary>
    public static StoredMask Of(Rle? rle) => rle is null ? default : new(MaskForm.Rle, rle, rle.Height, rle.Width, 0, 0);

    /// <summary>An object's mask in memory, or none.</summary>
    public static StoredMask Of(CocoSegmentation? segmentation) => segmentation is null or { Rle: not null }
        ? Of(segmentation?.Rle)
        : new(MaskForm.Polygons, segmentation.Polygons, 0, 0, 0, 0);

    /// <summary>A mask that was packed: from a place to the pack's end.</summary>
    public static StoredMask In(MaskPack pack, int start, MaskForm form, int height = 0, int width = 0) =>
        new(form, pack, height, width, start, pack.Length - start);

    /// <summary>Adds the mask's canonical run lengths to a buffer.</summary>
    /// <param name="runs">The buffer.</param>
    /// <param name="height">The image's rows.</param>
    /// <param name="width">The image's columns.</param>
    /// <exception cref="InputException">The run lengths are malformed.</exception>
    public void AppendTo(RunBuffer runs, int height, int width)
    {
        int start = runs.Length;
        switch (Form)
        {
            case MaskForm.Rle:
                runs.Add(((Rle)_holder!).Counts);
                break;
            case MaskForm.PackedCounts:
                runs.AddCounts(MemoryMarshal.Cast<byte, uint>(Packed), Height, Width);
                break;
            case MaskForm.PackedText:
                runs.AddText(Packed, Height, Width);
                break;
            case MaskForm.Polygons:
                foreach (double[] polygon in (IReadOnlyList<double[]>)_holder!)
                {
                    runs.AddPolygon(polygon, start, height, width);
                }

                runs.UnitePolygons();
                break;
            case MaskForm.PackedPolygons:
                ReadOnlySpan<double> numbers = MemoryMarshal.Cast<byte, double>(Packed);
                while (!numbers.IsEmpty)
                {
                    runs.AddPolygon(TakePolygon(ref numbers), start, height, width);
                }

                runs.UnitePolygons();
                break;
            default:
                throw new InvalidOperationException("There is no mask.");
        }
    }

    /// <summary>Draws the mask in its box as a small square.</summary>
    /// <param name="square">Draws it.</param>
    /// <param name="box">The object's box.</param>
    /// <param name="runs">Working memory; what it held is forgotten.</param>
    /// <param name="pixels">The square, row by row.</param>
    /// <exception cref="InputException">The mask is malformed.</exception>
    public void DrawInBox(BoxMask square, Box box, RunBuffer runs, Span<byte> pixels)
    {
        switch (Form)
        {
            case MaskForm.Polygons:
                square.Begin();
                foreach (double[] polygon in (IReadOnlyList<double[]>)_holder!)
                {
                    square.Add(polygon, box);
                }

                square.Finish(pixels);
                break;
            case MaskForm.PackedPolygons:
                square.Begin();
                ReadOnlySpan<double> numbers = MemoryMarshal.Cast<byte, double>(Packed);
                while (!numbers.IsEmpty)
                {
                    square.Add(TakePolygon(ref numbers), box);
                }

                square.Finish(pixels);
                break;
            default:
                runs.Clear();
                AppendTo(runs, Height, Width);
                square.Draw(runs.Slice(0, runs.Length), Height, box, pixels);
                break;
        }
    }

    /// <summary>The smallest box around the mask, for an object that states none.</summary>
    /// <exception cref="InputException">The mask is malformed.</exception>
    public BoxXywh FindBounds()
    {
        CocoSegmentation mask = ToSegmentation()!;
        if (mask.Rle is { } rle)
        {
            return BoxXywh.FromBox(rle.Bounds);
        }

        IEnumerable<double> xs = mask.Polygons.SelectMany(p => p.Where((_, i) => i % 2 == 0));
        IEnumerable<double> ys = mask.Polygons.SelectMany(p => p.Where((_, i) => i % 2 == 1));
        return BoxXywh.FromBox(new Box(xs.Min(), ys.Min(), xs.Max(), ys.Max()));
    }

    /// <summary>
    /// The area of outlines as COCO states it, what each encloses, or the number of the mask's pixels.
    /// </summary>
    /// <exception cref="InputException">The mask is malformed.</exception>
    public double FindArea()
    {
        CocoSegmentation mask = ToSegmentation()!;
        return mask.Rle?.Area ?? PolygonMath.Area(mask.Polygons);
    }

    /// <summary>Run lengths that were written for columns before rows, the right way round.</summary>
    /// <param name="box">The object's box, which tells whether only the size was exchanged or the pixels too; or null.</param>
    /// <exception cref="InputException">The run lengths are malformed.</exception>
    public StoredMask Exchanged(BoxXywh? box)
    {
        StoredMask sized = new(Form, _holder!, Width, Height, _offset, _length);
        if (Form == MaskForm.Rle)
        {
            sized = Of(Rle.FromCounts(ToRle().Counts, Width, Height));
        }

        if (box is not { } stated)
        {
            return sized;
        }

        Box turned = ToRle().Bounds;
        turned = new Box(turned.Y1, turned.X1, turned.Y2, turned.X2);
        return Distance(turned, stated.ToBox()) < Distance(sized.ToRle().Bounds, stated.ToBox()) ? Of(Transpose(ToRle())) : sized;

        static double Distance(Box one, Box other) => Math.Abs(one.X1 - other.X1) + Math.Abs(one.Y1 - other.Y1)
            + Math.Abs(one.X2 - other.X2) + Math.Abs(one.Y2 - other.Y2);
    }

    /// <summary>The mask as an object in memory; null if there is none.</summary>
    /// <exception cref="InputException">The run lengths are malformed.</exception>
    public CocoSegmentation? ToSegmentation() => Form switch
    {
        MaskForm.None => null,
        MaskForm.Polygons => CocoSegmentation.FromPolygons((IReadOnlyList<double[]>)_holder!),
        MaskForm.PackedPolygons => CocoSegmentation.FromPolygons(Unpack()),
        _ => CocoSegmentation.FromRle(ToRle()),
    };

    /// <summary>Run lengths as an object in memory.</summary>
    /// <exception cref="InputException">The run lengths are malformed.</exception>
    public Rle ToRle() => Form switch
    {
        MaskForm.Rle => (Rle)_holder!,
        MaskForm.PackedText => Rle.Parse(Packed, Height, Width),
        MaskForm.PackedCounts => Rle.FromCounts(MemoryMarshal.Cast<byte, uint>(Packed), Height, Width),
        _ => throw new InvalidOperationException($"A mask in the form {Form} holds no run lengths."),
    };

    private static Rle Transpose(Rle mask)
    {
        Bitmask turned = new(mask.Width, mask.Height);
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
        {
            for (int y = run.Top; y < run.Bottom; y++)
            {
                turned[run.X, y] = true;
            }
        }

        return turned.ToRle();
    }

    private List<double[]> Unpack()
    {
        List<double[]> polygons = [];
        ReadOnlySpan<double> numbers = MemoryMarshal.Cast<byte, double>(Packed);
        while (!numbers.IsEmpty)
        {
            polygons.Add(TakePolygon(ref numbers).ToArray());
        }

        return polygons;
    }

    private static ReadOnlySpan<double> TakePolygon(ref ReadOnlySpan<double> numbers)
    {
        int count = (int)numbers[0];
        ReadOnlySpan<double> polygon = numbers.Slice(1, count);
        numbers = numbers[(1 + count)..];
        return polygon;
    }
}
