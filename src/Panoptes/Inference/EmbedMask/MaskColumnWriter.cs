using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Panoptes.Masks;

namespace Panoptes.Inference.EmbedMask;

/// <summary>
/// Writes the run lengths of one instance after the other. It never holds more than two columns of an instance's map: it walks over
/// the image's columns, interpolates the two map columns around each, and looks for the places where the result crosses the
/// threshold. Between two cells of a column the interpolation is linear, so when both are on one side, so is every pixel between:
/// only pixels next to a crossing are ever computed.
/// </summary>
/// <remarks>For one thread; each thread has its own.</remarks>
internal sealed class MaskColumnWriter
{
    private const int Lanes = 8; // of Vector256<float>, whose comparison gives its bits

    private readonly PixelColumns _pixels;
    private readonly ResizeAxis _columns;
    private readonly ResizeAxis _rows;
    private readonly bool _logarithm;
    private readonly float _threshold;
    private readonly float _outside;
    private readonly MapColumn _even;
    private readonly MapColumn _odd;
    private readonly float[] _profile;
    private readonly RleBuilder _runs;

    /// <summary>Prepares buffers.</summary>
    /// <param name="pixels">The enlarged pixel embedding.</param>
    /// <param name="columns">From the map's columns to the image's.</param>
    /// <param name="rows">From the map's rows to the image's.</param>
    /// <param name="options">Threshold and interpolation.</param>
    public MaskColumnWriter(PixelColumns pixels, ResizeAxis columns, ResizeAxis rows, EmbedMaskOptions options)
    {
        (_pixels, _columns, _rows) = (pixels, columns, rows);
        _logarithm = options.Interpolation == MaskInterpolation.LogProbability;
        _threshold = (float)(_logarithm ? Math.Log(options.MaskThreshold) : options.MaskThreshold);
        _outside = _logarithm ? -10 : 0;
        int length = pixels.Pitch + (2 * Math.Max(Lanes, Vector<float>.Count));
        (_even, _odd, _profile) = (new MapColumn(length), new MapColumn(length), new float[length]);
        _runs = new RleBuilder(rows.Index.Length, columns.Index.Length);
    }

    /// <summary>The mask of one instance at the image's size.</summary>
    /// <param name="crop">The cells of the map that belong to its box.</param>
    /// <param name="center">The instance's embedding, D values.</param>
    /// <param name="margin">1 or D margins.</param>
    public Rle Write(Crop crop, ReadOnlySpan<float> center, ReadOnlySpan<float> margin)
    {
        if (crop.IsEmpty)
        {
            return _runs.ToRle();
        }

        _even.Reset(_outside);
        _odd.Reset(_outside);
        int end = crop.Right < _columns.Source ? _columns.First[crop.Right] : _columns.Index.Length;
        for (int x = _columns.First[Math.Max(0, crop.Left - 1)]; x < end; x++)
        {
            int index = _columns.Index[x];
            MapColumn left = Column(index, crop, center, margin);
            MapColumn right = Column(Math.Min(index + 1, _columns.Source - 1), crop, center, margin);
            int top = Math.Min(left.FirstAbove, right.FirstAbove);
            int bottom = Math.Max(left.EndAbove, right.EndAbove);
            if (top < bottom)
            {
                WriteColumn(x, left.Values, right.Values, _columns.Weight[x], top, bottom);
            }
        }

        return _runs.ToRle();
    }

    /// <summary>A column of the instance's map: the one in its slot, or computed now. Neighbors have different slots.</summary>
    private MapColumn Column(int x, Crop crop, ReadOnlySpan<float> center, ReadOnlySpan<float> margin)
    {
        MapColumn column = (x & 1) == 0 ? _even : _odd;
        if (column.X == x)
        {
            return column;
        }

        column.X = x;
        if (x < crop.Left || x >= crop.Right)
        {
            column.Fill(_outside);
            return column;
        }

        int first = crop.Top / Vector<float>.Count * Vector<float>.Count;
        Similarities(_pixels.Column(x), center, margin, first, crop.Bottom, column.Values);
        int end = (crop.Bottom + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        column.Values.AsSpan(first, crop.Top - first).Fill(_outside);
        column.Values.AsSpan(crop.Bottom, end - crop.Bottom).Fill(_outside);
        column.FindAbove(_threshold, crop.Top, crop.Bottom);
        return column;
    }

    /// <summary>
    /// phi = exp(-z), or -z, with z = m * |p - q|^2 or the sum of m_d * (p_d - q_d)^2 (Eq. 3, EmbedMask 3.3), for whole vectors of rows.
    /// </summary>
    private void Similarities(
        ReadOnlySpan<float> pixels, ReadOnlySpan<float> center, ReadOnlySpan<float> margin, int first, int end, Span<float> result)
    {
        int pitch = _pixels.Pitch;
        ref float start = ref MemoryMarshal.GetReference(pixels);
        ref float target = ref MemoryMarshal.GetReference(result);
        int lanes = Vector<float>.Count;
        int y = first;
        for (; y + (3 * lanes) < end; y += 4 * lanes)
        {
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int d = 0; d < center.Length; d++)
            {
                nuint place = (nuint)((d * pitch) + y);
                Vector<float> q = new(center[d]);
                Vector<float> m = margin.Length > 1 ? new(margin[d]) : Vector<float>.One;
                Vector<float> d0 = Vector.LoadUnsafe(ref start, place) - q;
                Vector<float> d1 = Vector.LoadUnsafe(ref start, place + (nuint)lanes) - q;
                Vector<float> d2 = Vector.LoadUnsafe(ref start, place + (nuint)(2 * lanes)) - q;
                Vector<float> d3 = Vector.LoadUnsafe(ref start, place + (nuint)(3 * lanes)) - q;
                sum0 = Vector.FusedMultiplyAdd(d0 * m, d0, sum0);
                sum1 = Vector.FusedMultiplyAdd(d1 * m, d1, sum1);
                sum2 = Vector.FusedMultiplyAdd(d2 * m, d2, sum2);
                sum3 = Vector.FusedMultiplyAdd(d3 * m, d3, sum3);
            }

            Finish(sum0, margin).StoreUnsafe(ref target, (nuint)y);
            Finish(sum1, margin).StoreUnsafe(ref target, (nuint)(y + lanes));
            Finish(sum2, margin).StoreUnsafe(ref target, (nuint)(y + (2 * lanes)));
            Finish(sum3, margin).StoreUnsafe(ref target, (nuint)(y + (3 * lanes)));
        }

        for (; y < end; y += lanes)
        {
            Vector<float> sum = default;
            for (int d = 0; d < center.Length; d++)
            {
                Vector<float> m = margin.Length > 1 ? new(margin[d]) : Vector<float>.One;
                Vector<float> difference = Vector.LoadUnsafe(ref start, (nuint)((d * pitch) + y)) - new Vector<float>(center[d]);
                sum = Vector.FusedMultiplyAdd(difference * m, difference, sum);
            }

            Finish(sum, margin).StoreUnsafe(ref target, (nuint)y);
        }
    }

    private Vector<float> Finish(Vector<float> sum, ReadOnlySpan<float> margin)
    {
        Vector<float> logarithm = margin.Length > 1 ? -sum : -(sum * margin[0]);
        return _logarithm ? logarithm : Vector.Exp(logarithm);
    }

    /// <summary>One column of the image, from the two map columns around it.</summary>
    private void WriteColumn(int x, float[] left, float[] right, float weight, int top, int bottom)
    {
        Vector256<float> leftWeight = Vector256.Create(1 - weight);
        Vector256<float> rightWeight = Vector256.Create(weight);
        Vector256<float> threshold = Vector256.Create(_threshold);
        ref float leftStart = ref MemoryMarshal.GetArrayDataReference(left);
        ref float rightStart = ref MemoryMarshal.GetArrayDataReference(right);
        ref float profile = ref MemoryMarshal.GetArrayDataReference(_profile);

        uint inside = 0; // 1 while the last cell was above the threshold
        int runTop = 0;
        for (int y = Math.Max(0, top - 1) / Lanes * Lanes; y <= bottom; y += Lanes)
        {
            Vector256<float> values = (leftWeight * Vector256.LoadUnsafe(ref leftStart, (nuint)y))
                + (rightWeight * Vector256.LoadUnsafe(ref rightStart, (nuint)y));
            values.StoreUnsafe(ref profile, (nuint)y);
            uint above = Vector256.GreaterThan(values, threshold).ExtractMostSignificantBits();
            uint changes = (above ^ ((above << 1) | inside)) & 0xFF;
            for (; changes != 0; changes &= changes - 1)
            {
                int lane = BitOperations.TrailingZeroCount(changes);
                if ((above >> lane & 1) != 0)
                {
                    runTop = FirstRowAbove(y + lane);
                }
                else
                {
                    _runs.AppendRun(x, runTop, FirstRowBelow(y + lane));
                }
            }

            inside = above >> (Lanes - 1);
        }
    }

    /// <summary>The first row of the run that begins at a cell: it may begin between the cell before it and the cell.</summary>
    private int FirstRowAbove(int cell)
    {
        int row = _rows.First[cell];
        if (cell > 0)
        {
            int limit = _rows.First[cell - 1];
            while (row > limit && RowValue(row - 1, cell - 1) > _threshold)
            {
                row--;
            }
        }

        return row;
    }

    /// <summary>The row after the run whose last cell is the one before <paramref name="cell"/>.</summary>
    private int FirstRowBelow(int cell)
    {
        int end = _rows.First[Math.Min(cell, _rows.Source)];
        if (cell >= _rows.Source)
        {
            return end; // the map's last cell is repeated down to the border
        }

        int row = _rows.First[cell - 1];
        while (row < end && RowValue(row, cell - 1) > _threshold)
        {
            row++;
        }

        return row;
    }

    private float RowValue(int row, int cell)
    {
        float weight = _rows.Weight[row];
        return ((1 - weight) * _profile[cell]) + (weight * _profile[cell + 1]);
    }

    /// <summary>One column of an instance's map, with the rows between which it exceeds the threshold.</summary>
    private sealed class MapColumn(int length)
    {
        public int X { get; set; }

        public float[] Values { get; } = new float[length];

        public int FirstAbove { get; private set; }

        public int EndAbove { get; private set; }

        /// <summary>Forgets the instance before: every cell is outside.</summary>
        public void Reset(float outside)
        {
            X = -1;
            Fill(outside);
        }

        public void Fill(float outside)
        {
            Values.AsSpan().Fill(outside);
            FirstAbove = int.MaxValue;
            EndAbove = 0;
        }

        public void FindAbove(float threshold, int top, int bottom)
        {
            FirstAbove = int.MaxValue;
            EndAbove = 0;
            int y = top;
            while (y < bottom && !(Values[y] > threshold))
            {
                y++;
            }

            if (y == bottom)
            {
                return;
            }

            FirstAbove = y;
            y = bottom;
            while (!(Values[y - 1] > threshold))
            {
                y--;
            }

            EndAbove = y;
        }
    }
}
