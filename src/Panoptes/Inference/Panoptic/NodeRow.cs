using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>One row of the grid: the value of each field that counts near it, and which field is highest at each node.</summary>
internal sealed class NodeRow : IDisposable
{
    private const int Block = IFieldReader.Block;

    private readonly int _pitch;
    private readonly float[] _values;
    private readonly float[] _highest;
    private readonly int[] _leader;
    private readonly int[] _near;

    /// <summary>Prepares buffers.</summary>
    /// <param name="fields">Number of fields.</param>
    /// <param name="pitch">Nodes from one field's values to the next one's, a multiple of <see cref="IFieldReader.Block"/>.</param>
    public NodeRow(int fields, int pitch)
    {
        _pitch = pitch;
        _values = ArrayPool<float>.Shared.Rent(checked(fields * pitch));
        (_highest, _leader, _near) = (new float[pitch], new int[pitch], new int[fields]);
    }

    /// <summary>The row that the values are of; -1 for none yet.</summary>
    public int Row { get; private set; } = -1;

    /// <summary>The highest field at each node, the first of equal ones; -1 where none counts.</summary>
    public ReadOnlySpan<int> Leader => _leader;

    /// <summary>The values of all fields, field after field. Those away from a field's area are not set.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Reads a row.</summary>
    /// <param name="row">Row of the grid.</param>
    /// <param name="nodes">The nodes that each field is needed at; inclusive of left and top, exclusive of right and bottom.</param>
    /// <param name="reader">Gives the values.</param>
    public void Read(int row, ReadOnlySpan<PixelBounds> nodes, IFieldReader reader)
    {
        Row = row;
        reader.MoveTo(row);
        _highest.AsSpan().Fill(float.NegativeInfinity);
        _leader.AsSpan().Fill(-1);
        int count = 0;
        for (int field = 0; field < nodes.Length; field++)
        {
            if (row >= nodes[field].Top && row < nodes[field].Bottom)
            {
                _near[count++] = field;
            }
        }

        // Block by block: all fields read the same part of the row while it is in the first cache.
        for (int first = 0; first < _pitch; first += Block)
        {
            foreach (int field in _near.AsSpan(0, count))
            {
                int start = Math.Clamp(nodes[field].Left - first, 0, Block);
                int end = Math.Clamp(nodes[field].Right - first, 0, Block);
                if (start < end)
                {
                    Span<float> values = _values.AsSpan((field * _pitch) + first, Block);
                    reader.Read(field, first, values);
                    values[..start].Fill(float.NegativeInfinity);
                    values[end..].Fill(float.NegativeInfinity);
                    Lead(field, values, _highest.AsSpan(first, Block), _leader.AsSpan(first, Block));
                }
            }
        }
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(_values);

    private static void Lead(int field, ReadOnlySpan<float> values, Span<float> highest, Span<int> leader)
    {
        Vector256<int> index = Vector256.Create(field);
        ReadOnlySpan<Vector256<float>> from = MemoryMarshal.Cast<float, Vector256<float>>(values);
        Span<Vector256<float>> best = MemoryMarshal.Cast<float, Vector256<float>>(highest);
        Span<Vector256<int>> who = MemoryMarshal.Cast<int, Vector256<int>>(leader);
        for (int i = 0; i < from.Length; i++)
        {
            Vector256<float> above = Vector256.GreaterThan(from[i], best[i]);
            best[i] = Vector256.ConditionalSelect(above, from[i], best[i]);
            who[i] = Vector256.ConditionalSelect(above.AsInt32(), index, who[i]);
        }
    }
}
