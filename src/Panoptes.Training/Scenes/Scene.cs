using Panoptes.Imaging;

namespace Panoptes.Training.Scenes;

/// <summary>A drawn image and what is on it, exact to the pixel.</summary>
/// <param name="Image">The image.</param>
/// <param name="PanopticIds">
/// For each pixel, row by row, the id of its segment; no pixel is without one. A pixel belongs to the front-most thing that covers
/// its center.
/// </param>
/// <param name="Segments">The segments: stuff by category, then things from back to front; each has visible pixels.</param>
internal sealed record Scene(Image Image, int[] PanopticIds, IReadOnlyList<SceneSegment> Segments)
{
    /// <summary>Only the things, from back to front.</summary>
    public IEnumerable<SceneSegment> Things => Segments.Where(segment => segment.Category.IsThing);
}
