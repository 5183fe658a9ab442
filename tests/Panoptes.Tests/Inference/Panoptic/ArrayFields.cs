using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Panoptic;

/// <summary>Fields of stored values, and their assignment by looking at every field at every pixel.</summary>
/// <param name="values">[fields, high, wide].</param>
/// <param name="high">Rows of the grid.</param>
/// <param name="wide">Columns of the grid.</param>
/// <param name="areas">Where each field counts.</param>
internal sealed class ArrayFields(float[] values, int high, int wide, PixelBounds[] areas) : IFields
{
    public int Count => areas.Length;

    public PixelBounds AreaOf(int field) => areas[field];

    public IFieldReader Open() => new Reader(values, high, wide);

    /// <summary>The value at a pixel, added up as <see cref="PixelAssignment"/> says.</summary>
    public float ValueAt(int field, ResizeAxis columns, ResizeAxis rows, int x, int y)
    {
        (int left, int top) = (columns.Index[x], rows.Index[y]);
        (int right, int bottom) = (Math.Min(left + 1, wide - 1), Math.Min(top + 1, high - 1));
        (float across, float down) = (columns.Weight[x], rows.Weight[y]);
        return (At(left, top) * ((1 - across) * (1 - down))) + (At(right, top) * (across * (1 - down)))
            + (At(left, bottom) * ((1 - across) * down)) + (At(right, bottom) * (across * down));

        float At(int column, int row) => values[(((field * high) + row) * wide) + column];
    }

    /// <summary>The labels: of all fields that count at a pixel the highest, the first of equal ones.</summary>
    public int[] LabelPlainly(ResizeAxis columns, ResizeAxis rows)
    {
        int width = columns.Index.Length;
        int[] labels = new int[width * rows.Index.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, width);
            float highest = float.NegativeInfinity;
            for (int field = 0; field < areas.Length; field++)
            {
                PixelBounds area = areas[field];
                if (x >= area.Left && x < area.Right && y >= area.Top && y < area.Bottom
                    && ValueAt(field, columns, rows, x, y) is var value && value > highest)
                {
                    (highest, labels[i]) = (value, field + 1);
                }
            }
        }

        return labels;
    }

    private sealed class Reader(float[] values, int high, int wide) : IFieldReader
    {
        private int _row;

        public void MoveTo(int row) => _row = row;

        public void Read(int field, int first, int end, Span<float> target)
        {
            for (int x = first; x < end; x++)
            {
                target[x] = x < wide ? values[(((field * high) + _row) * wide) + x] : float.NaN;
            }
        }

        public void Dispose()
        {
        }
    }
}
