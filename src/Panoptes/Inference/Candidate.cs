using Panoptes.Masks;

namespace Panoptes.Inference;

/// <summary>A detection in the coordinates of the network's input, with the place in the feature maps that it came from.</summary>
/// <param name="X1">Left edge, in input pixels.</param>
/// <param name="Y1">Top edge, in input pixels.</param>
/// <param name="X2">Right edge, in input pixels.</param>
/// <param name="Y2">Bottom edge, in input pixels.</param>
/// <param name="Score">Class probability times centerness, or its square root; 0..1.</param>
/// <param name="ClassIndex">Index of the class.</param>
/// <param name="Level">Index of the level: 0 is p3.</param>
/// <param name="Cell">Index of the cell in the level's map, row by row: <c>y*w + x</c>. A method finds its embedding there.</param>
internal readonly record struct Candidate(float X1, float Y1, float X2, float Y2, float Score, int ClassIndex, int Level, int Cell)
{
    /// <summary>The box in input pixels.</summary>
    public Box Box => new(X1, Y1, X2, Y2);
}
