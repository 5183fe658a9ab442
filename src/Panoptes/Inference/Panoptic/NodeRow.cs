using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>One row of the grid: the value of each field that counts near it, and which field is highest at each node.</summary>
/// <param name="fields">Number of fields.</param>
/// <param name="pitch">Nodes from one field's values to the next one's, a multiple of <see cref="IFieldReader.Lanes"/>.</param>
internal sealed class NodeRow(int fields, int pitch) : IDisposable
{
    private float[] _values = ArrayPool<float>.Shared.Rent(checked(fields * pitch));
    private readonly float[] _highest = new float[pitch];
    private readonly int[] _leader = new int[pitch];

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
        for (int field = 0; field < nodes.Length; field++)
        {
            PixelBounds area = nodes[field];
            if (row < area.Top || row >= area.Bottom)
            {
                continue;
            }

            int first = area.Left / IFieldReader.Lanes * IFieldReader.Lanes;
            int end = (area.Right + IFieldReader.Lanes - 1) / IFieldReader.Lanes * IFieldReader.Lanes;
            Span<float> values = _values.AsSpan(field * pitch, pitch);
            reader.Read(field, first, end, values);
            values[first..area.Left].Fill(float.NegativeInfinity);
            values[area.Right..end].Fill(float.NegativeInfinity);
            Lead(field, values[first..end], _highest.AsSpan(first), _leader.AsSpan(first));
        }
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(Interlocked.Exchange(ref _values, [])); // never twice

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
