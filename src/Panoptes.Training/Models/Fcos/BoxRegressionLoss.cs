using Panoptes.Torch;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Fcos;

/// <summary>Losses between boxes given as distances from one point to their four sides.</summary>
internal static class BoxRegressionLoss
{
    /// <summary>One loss for each pair of boxes.</summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="predicted">[P, 4]: left, top, right, bottom, in strides.</param>
    /// <param name="target">[P, 4], alike.</param>
    /// <returns>[P].</returns>
    /// <remarks>
    /// The +1 in the IoU is FCOS's and AdelaiDet's (methods of both: IoU = (A_i + 1) / (A_u + 1)), in square strides: it keeps the
    /// logarithm finite and is not negligible for small boxes.
    /// </remarks>
    public static Tensor Compute(BoxLoss kind, Tensor predicted, Tensor target)
    {
        Tensor intersection = Area(predicted.Minimum(target));
        Tensor union = Area(predicted) + Area(target) - intersection;
        Tensor iou = (intersection + 1.0) / (union + 1.0);
        switch (kind)
        {
            case BoxLoss.IoU:
                return -iou.Log();
            case BoxLoss.LinearIoU:
                return 1 - iou;
            default:
                // Rezatofighi et al. 2019: GIoU = IoU − (A_c − A_u) / A_c, A_c the smallest box around both.
                Tensor enclosing = Area(predicted.Maximum(target));
                return 1 - (iou - (enclosing - union) / enclosing.ClampMin(1e-7));
        }
    }

    // (l + r) · (t + b)
    private static Tensor Area(Tensor d) => (d.Select(1, 0) + d.Select(1, 2)) * (d.Select(1, 1) + d.Select(1, 3));
}
