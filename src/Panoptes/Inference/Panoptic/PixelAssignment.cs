using System.Runtime.Intrinsics;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>
/// Gives each pixel of an image to the field that is highest there. Between four nodes of the grid all fields are bilinear, so a field
/// that is highest at all four is highest between them: only the cells on borders are computed pixel by pixel. Of the values at the nodes
/// two rows exist at a time, for each thread.
/// </summary>
/// <remarks>
/// Of fields that are equal the first wins. At a pixel a field is <c>w00 a + w01 b + w10 c + w11 d</c>, added in this order in float, and
/// rounding is monotonic: inside a cell a field that leads at all four nodes is nowhere below another. Only where rounding makes
/// a field with a lower index, which is lower at the nodes, equal to it, would a search over all fields name that other one.
/// </remarks>
internal sealed class PixelAssignment
{
    private const int CellRowsPerBand = 16; // a band reads one row of nodes that its neighbor reads too

    private const float RoundingSlack = 1e-6f; // more than interpolation rounds

    private readonly IFields _fields;
    private readonly ResizeAxis _columns;
    private readonly ResizeAxis _rows;
    private readonly PixelBounds[] _areas;
    private readonly PixelBounds[] _nodes;
    private readonly int _pitch;

    private PixelAssignment(IFields fields, ResizeAxis columns, ResizeAxis rows)
    {
        (_fields, _columns, _rows) = (fields, columns, rows);
        _pitch = (columns.Source + IFieldReader.Lanes - 1) / IFieldReader.Lanes * IFieldReader.Lanes;
        PixelBounds image = new(0, 0, columns.Index.Length, rows.Index.Length);
        _areas = [.. Enumerable.Range(0, fields.Count).Select(i => fields.AreaOf(i).Intersect(image))];
        _nodes = [.. _areas.Select(NodesAround)];
    }

    /// <summary>Labels all pixels.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="columns">From the grid's columns to the image's.</param>
    /// <param name="rows">From the grid's rows to the image's.</param>
    /// <param name="cancellationToken">Stops between bands of the image.</param>
    /// <returns>For each pixel the index of its field plus 1, or 0 where no field counts.</returns>
    public static LabelMap Label(IFields fields, ResizeAxis columns, ResizeAxis rows, CancellationToken cancellationToken)
    {
        LabelMap labels = new(columns.Index.Length, rows.Index.Length);
        PixelAssignment assignment = new(fields, columns, rows);
        int cellRows = rows.Index[^1] + 1;
        Parallel.For(
            0,
            (cellRows + CellRowsPerBand - 1) / CellRowsPerBand,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => new Worker(assignment, labels),
            (band, _, worker) =>
            {
                int end = Math.Min(cellRows, (band + 1) * CellRowsPerBand);
                for (int row = band * CellRowsPerBand; row < end; row++)
                {
                    worker.LabelCells(row);
                }

                return worker;
            },
            worker => worker.Dispose());
        return labels;
    }

    /// <summary>The nodes of all cells that hold a pixel of an area.</summary>
    private PixelBounds NodesAround(PixelBounds area) => area.Left >= area.Right || area.Top >= area.Bottom
        ? default
        : new PixelBounds(
            _columns.Index[area.Left],
            _rows.Index[area.Top],
            Math.Min(_columns.Index[area.Right - 1] + 2, _columns.Source),
            Math.Min(_rows.Index[area.Bottom - 1] + 2, _rows.Source));

    /// <summary>Labels rows of cells, with the two rows of nodes around the last one.</summary>
    private sealed class Worker(PixelAssignment assignment, LabelMap labels) : IDisposable
    {
        private readonly ResizeAxis _columns = assignment._columns;
        private readonly ResizeAxis _rows = assignment._rows;
        private readonly PixelBounds[] _areas = assignment._areas;
        private readonly IFieldReader _reader = assignment._fields.Open();
        private readonly NodeRow _even = new(assignment._fields.Count, assignment._pitch);
        private readonly NodeRow _odd = new(assignment._fields.Count, assignment._pitch);
        private readonly int[] _near = new int[assignment._fields.Count];
        private readonly Contender[] _contenders = new Contender[assignment._fields.Count];

        public void LabelCells(int row)
        {
            PixelBounds cell = new(0, _rows.First[row], 0, _rows.First[row + 1]);
            if (cell.Top == cell.Bottom)
            {
                return;
            }

            NodeRow top = Nodes(row);
            NodeRow bottom = Nodes(Math.Min(row + 1, _rows.Source - 1));
            ReadOnlySpan<int> above = top.Leader;
            ReadOnlySpan<int> below = bottom.Leader;
            ReadOnlySpan<int> near = FieldsIn(cell.Top, cell.Bottom);
            int last = _columns.Index[^1];
            int start = 0; // of the pixels that the same field has won so far
            int winner = -1;
            for (int column = 0; column <= last; column++)
            {
                cell = cell with { Left = _columns.First[column], Right = _columns.First[column + 1] };
                int right = Math.Min(column + 1, _columns.Source - 1);
                int leader = above[column];
                bool whole = leader == above[right] && leader == below[column] && leader == below[right]
                    && (leader < 0 || _areas[leader].Contains(cell));
                if (whole && leader == winner)
                {
                    continue;
                }

                Fill(start, cell.Left, cell, winner);
                (start, winner) = (cell.Left, leader);
                if (!whole)
                {
                    LabelPixels(cell, column, right, top, bottom, near);
                    (start, winner) = (cell.Right, -1);
                }
            }

            Fill(start, labels.Width, cell, winner);
        }

        public void Dispose()
        {
            _reader.Dispose();
            _even.Dispose();
            _odd.Dispose();
        }

        /// <summary>A row of nodes: the one in its slot, or read now. Neighbors have different slots.</summary>
        private NodeRow Nodes(int row)
        {
            NodeRow nodes = (row & 1) == 0 ? _even : _odd;
            if (nodes.Row != row)
            {
                nodes.Read(row, assignment._nodes, _reader);
            }

            return nodes;
        }

        private ReadOnlySpan<int> FieldsIn(int top, int bottom)
        {
            int count = 0;
            for (int field = 0; field < _areas.Length; field++)
            {
                if (_areas[field].Top < bottom && _areas[field].Bottom > top)
                {
                    _near[count++] = field;
                }
            }

            return _near.AsSpan(0, count);
        }

        private void Fill(int left, int right, PixelBounds cell, int field)
        {
            if (field < 0)
            {
                return; // the map begins as 0
            }

            for (int y = cell.Top; y < cell.Bottom; y++)
            {
                labels.Row(y)[left..right].Fill(field + 1);
            }
        }

        /// <summary>Compares the fields at each pixel of a cell, as many pixels at a time as fit into a vector.</summary>
        private void LabelPixels(PixelBounds cell, int left, int right, NodeRow top, NodeRow bottom, ReadOnlySpan<int> near)
        {
            int count = Contenders(cell, left, right, top, bottom, near);
            ReadOnlySpan<Contender> contenders = _contenders.AsSpan(0, count);
            int lanes = Vector256<float>.Count;
            Span<int> x = stackalloc int[lanes];
            Span<int> y = stackalloc int[lanes];
            Span<float> shareX = stackalloc float[lanes];
            Span<float> shareY = stackalloc float[lanes];
            int width = cell.Right - cell.Left;
            int pixels = width * (cell.Bottom - cell.Top);
            for (int start = 0; start < pixels; start += lanes)
            {
                for (int i = 0; i < lanes; i++)
                {
                    (int down, int across) = Math.DivRem(Math.Min(start + i, pixels - 1), width);
                    (x[i], y[i]) = (cell.Left + across, cell.Top + down);
                    (shareX[i], shareY[i]) = (_columns.Weight[x[i]], _rows.Weight[y[i]]);
                }

                Vector256<int> winner = Highest(
                    contenders,
                    Vector256.Create<int>(x),
                    Vector256.Create<int>(y),
                    Vector256.Create<float>(shareX),
                    Vector256.Create<float>(shareY));
                for (int i = 0; i < Math.Min(lanes, pixels - start); i++)
                {
                    labels.Row(y[i])[x[i]] = winner[i] + 1;
                }
            }
        }

        /// <summary>
        /// Collects the fields that may win a pixel of a cell: a field whose largest node lies below the smallest of one that counts in all
        /// of the cell cannot.
        /// </summary>
        private int Contenders(PixelBounds cell, int left, int right, NodeRow top, NodeRow bottom, ReadOnlySpan<int> near)
        {
            float bound = float.NegativeInfinity;
            foreach (int leader in (ReadOnlySpan<int>)[top.Leader[left], top.Leader[right], bottom.Leader[left], bottom.Leader[right]])
            {
                if (leader >= 0 && _areas[leader].Contains(cell))
                {
                    bound = Math.Max(bound, At(leader).Smallest);
                }
            }

            bound -= RoundingSlack * Math.Abs(bound);
            int count = 0;
            foreach (int field in near)
            {
                ref readonly PixelBounds area = ref _areas[field];
                if (area.Left < cell.Right && area.Right > cell.Left && At(field) is var contender && !(contender.Largest < bound))
                {
                    _contenders[count++] = contender with { Whole = area.Contains(cell) };
                }
            }

            return count;

            Contender At(int field)
            {
                ReadOnlySpan<float> above = top.Values.Slice(field * assignment._pitch, assignment._pitch);
                ReadOnlySpan<float> below = bottom.Values.Slice(field * assignment._pitch, assignment._pitch);
                return new Contender(field, above[left], above[right], below[left], below[right]);
            }
        }

        private Vector256<int> Highest(
            ReadOnlySpan<Contender> contenders, Vector256<int> x, Vector256<int> y, Vector256<float> shareX, Vector256<float> shareY)
        {
            Vector256<float> w00 = (Vector256<float>.One - shareX) * (Vector256<float>.One - shareY);
            Vector256<float> w01 = shareX * (Vector256<float>.One - shareY);
            Vector256<float> w10 = (Vector256<float>.One - shareX) * shareY;
            Vector256<float> w11 = shareX * shareY;
            Vector256<float> highest = Vector256.Create(float.NegativeInfinity);
            Vector256<int> winner = Vector256.Create(-1);
            foreach (ref readonly Contender field in contenders)
            {
                Vector256<float> value = (field.A * w00) + (field.B * w01) + (field.C * w10) + (field.D * w11);
                Vector256<int> better = Vector256.GreaterThan(value, highest).AsInt32();
                if (!field.Whole)
                {
                    PixelBounds area = _areas[field.Index];
                    better &= Vector256.GreaterThanOrEqual(x, Vector256.Create(area.Left))
                        & Vector256.LessThan(x, Vector256.Create(area.Right))
                        & Vector256.GreaterThanOrEqual(y, Vector256.Create(area.Top))
                        & Vector256.LessThan(y, Vector256.Create(area.Bottom));
                }

                highest = Vector256.ConditionalSelect(better.AsSingle(), value, highest);
                winner = Vector256.ConditionalSelect(better, Vector256.Create(field.Index), winner);
            }

            return winner;
        }
    }

    /// <summary>
    /// A field at the four nodes of a cell: above left (A) and right (B), below left (C) and right (D). Whole: it counts at every pixel of
    /// the cell.
    /// </summary>
    private readonly record struct Contender(int Index, float A, float B, float C, float D, bool Whole = false)
    {
        public float Smallest => Math.Min(Math.Min(A, B), Math.Min(C, D));

        public float Largest => Math.Max(Math.Max(A, B), Math.Max(C, D));
    }
}
