namespace Panoptes.Inference.Tiling;

/// <summary>The pieces of one object.</summary>
/// <param name="Pieces">Indices of those whose union is the object.</param>
/// <param name="Fragments">Indices of those that are worse views of a part of it.</param>
internal sealed record PieceGroup(List<int> Pieces, List<int> Fragments);
