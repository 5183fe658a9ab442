namespace Panoptes.Inference.Panoptic;

/// <summary>Reads fields at the nodes of one grid row after the other, a block of nodes at a time.</summary>
internal interface IFieldReader : IDisposable
{
    /// <summary>Nodes of a block: four vectors of AVX2, and what 32 planes of an embedding have of it stays in the first cache.</summary>
    const int Block = 32;

    /// <summary>Goes to a row of the grid.</summary>
    void MoveTo(int row);

    /// <summary>Reads a field at a block of the row.</summary>
    /// <param name="field">Index of the field.</param>
    /// <param name="first">The block's first node, a multiple of <see cref="Block"/>.</param>
    /// <param name="values">Gets <see cref="Block"/> values; those behind the grid's last node may be any.</param>
    void Read(int field, int first, Span<float> values);

    /// <summary>Room for a row of nodes in whole blocks.</summary>
    static int Pitch(int nodes) => (nodes + Block - 1) / Block * Block;
}
