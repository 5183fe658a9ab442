using System.Runtime.Intrinsics;

namespace Panoptes.Inference.Panoptic;

/// <summary>Reads fields at the nodes of one grid row after the other.</summary>
internal interface IFieldReader : IDisposable
{
    /// <summary>Values that are read together; ranges of nodes are multiples of it.</summary>
    static int Lanes => Vector256<float>.Count;

    /// <summary>Goes to a row of the grid.</summary>
    void MoveTo(int row);

    /// <summary>Reads a field at some nodes of the row.</summary>
    /// <param name="field">Index of the field.</param>
    /// <param name="first">The first node, a multiple of <see cref="Lanes"/>.</param>
    /// <param name="end">The node after the last, a multiple of <see cref="Lanes"/>; those behind the grid's last may
    /// get any value.</param>
    /// <param name="values">Place <c>x</c> gets the value at node <c>x</c>.</param>
    void Read(int field, int first, int end, Span<float> values);
}
