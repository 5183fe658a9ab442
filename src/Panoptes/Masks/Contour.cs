namespace Panoptes.Masks;

/// <summary>One closed outline along the borders of pixels.</summary>
/// <param name="Points">Corners <c>x0, y0, x1, y1, ...</c> at whole pixel borders, each a change of direction, the first not repeated. The
/// foreground lies to the right hand: an outer outline runs clockwise as seen on the screen, a hole the other way.</param>
/// <param name="IsHole">True when the outline surrounds background inside of a region.</param>
/// <param name="Parent">For a hole, the place in the list of the outer outline of its region; −1 for an outer outline.</param>
internal sealed record Contour(IReadOnlyList<int> Points, bool IsHole, int Parent);
