namespace Panoptes.Training.Scenes;

/// <summary>One segment of a scene's panoptic ground truth.</summary>
/// <param name="Id">Its id, the value of its pixels in <see cref="Scene.PanopticIds"/>; its color in the PNG.</param>
/// <param name="Category">Its class.</param>
/// <param name="Area">Number of its visible pixels, at least 1.</param>
/// <param name="X">Left column of its visible pixels.</param>
/// <param name="Y">Top row of its visible pixels.</param>
/// <param name="Width">Columns that its visible pixels span.</param>
/// <param name="Height">Rows that its visible pixels span.</param>
internal sealed record SceneSegment(int Id, SceneCategory Category, int Area, int X, int Y, int Width, int Height);
