using Panoptes.Torch;
using Panoptes.Torch.Tracing;

namespace Panoptes.Training.Models;

/// <summary>
/// Maps that depend only on the size of another map. Each is one step of a <see cref="Tape"/>, so that an exported network makes them for
/// images of any size.
/// </summary>
internal static class Places
{
    /// <summary>The step of <see cref="BetweenOnes"/>.</summary>
    public const string BetweenOnesStep = "panoptes::places_between_ones";

    /// <summary>The step of <see cref="InPixels"/>.</summary>
    public const string InPixelsStep = "panoptes::places_in_pixels";

    /// <summary>The step of <see cref="EnlargeTo"/>.</summary>
    public const string EnlargeToStep = "panoptes::enlarge_to";

    /// <summary>The column and the row of each place of a map, from −1 at the first to 1 at the last: [N, 2, h, w].</summary>
    /// <param name="map">[N, C, h, w].</param>
    public static Tensor BetweenOnes(Tensor map)
    {
        return Tape.Composite(BetweenOnesStep, [map], Compute);

        Tensor Compute()
        {
            (long images, long height, long width) = (map.Size(0), map.Size(2), map.Size(3));
            return Of(Line(width), Line(height), images);
        }

        Tensor Line(long count) => Tensor.Linspace(-1, 1, count, map.DType, map.Device);
    }

    /// <summary>The column and the row of each place of a map in pixels of the image, at its middle: [1, 2, h, w].</summary>
    /// <param name="map">[N, C, h, w].</param>
    /// <param name="stride">Pixels between its places.</param>
    public static Tensor InPixels(Tensor map, int stride)
    {
        return Tape.Composite(InPixelsStep, [map, stride], () => Of(Line(map.Size(3)), Line(map.Size(2)), 1));

        Tensor Line(long count) => Tensor.Range(count, DType.Float32, map.Device) * (double)stride + (double)(stride / 2);
    }

    /// <summary>A map enlarged bilinearly (align_corners = false) to another's height and width.</summary>
    /// <param name="map">[N, C, h, w].</param>
    /// <param name="other">[N, any, H, W].</param>
    public static Tensor EnlargeTo(Tensor map, Tensor other) =>
        Tape.Composite(EnlargeToStep, [map, other], () => map.UpsampleBilinear2d([other.Size(2), other.Size(3)], false));

    private static Tensor Of(Tensor columns, Tensor rows, long images)
    {
        (long height, long width) = (rows.Count, columns.Count);
        Tensor x = columns.Reshape([1, 1, 1, width]).Expand([images, 1, height, width]);
        Tensor y = rows.Reshape([1, 1, height, 1]).Expand([images, 1, height, width]);
        return Tensor.Cat([x, y], 1);
    }
}
