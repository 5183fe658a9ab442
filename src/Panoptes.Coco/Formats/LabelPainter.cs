using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats;

/// <summary>
/// Draws objects that may overlap into a map that gives each pixel to one. The rule: crowd regions lie at the back, of the others the
/// larger ones, so that what is small stays to be seen; of two of one size the later lies in front.
/// </summary>
internal static class LabelPainter
{
    /// <summary>An object to draw.</summary>
    /// <param name="Mask">Its pixels.</param>
    /// <param name="Label">Its label; no two objects have the same.</param>
    /// <param name="IsCrowd">Whether it is a crowd region.</param>
    /// <param name="Name">How messages call it.</param>
    public readonly record struct Layer(Rle Mask, int Label, bool IsCrowd, string Name);

    /// <summary>Draws the objects of an image.</summary>
    /// <param name="width">The image's columns.</param>
    /// <param name="height">The image's rows.</param>
    /// <param name="layers">The objects.</param>
    /// <param name="losses">Told what is covered.</param>
    public static LabelMap Paint(int width, int height, IReadOnlyList<Layer> layers, LossLog losses)
    {
        LabelMap map = new(width, height);
        foreach (Layer layer in layers.OrderByDescending(l => l.IsCrowd).ThenByDescending(l => l.Mask.Area))
        {
            foreach (ColumnRun run in layer.Mask.EnumerateColumnRuns())
            {
                for (int y = run.Top; y < run.Bottom; y++)
                {
                    map.Row(y)[run.X] = layer.Label;
                }
            }
        }

        Dictionary<int, long> visible = map.CountPixels();
        foreach (Layer layer in layers)
        {
            long left = visible.GetValueOrDefault(layer.Label);
            losses.Add(LossKind.CoveredPixels, layer.Name, layer.Mask.Area - left);
            losses.Add(LossKind.HiddenObjects, layer.Name, left == 0 ? 1 : 0);
        }

        return map;
    }
}
