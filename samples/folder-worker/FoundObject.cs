namespace FolderWorker;

/// <summary>An object.</summary>
/// <param name="Class">The name of its class.</param>
/// <param name="Score">0..1.</param>
/// <param name="Box">x, y, width, height in pixels.</param>
/// <param name="Area">The mask's pixels.</param>
/// <param name="Polygons">The mask's outlines to within a pixel: x0, y0, x1, y1, ...</param>
internal sealed record FoundObject(string Class, float Score, double[] Box, long Area, IReadOnlyList<double[]> Polygons);
