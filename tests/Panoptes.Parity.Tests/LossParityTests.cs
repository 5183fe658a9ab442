using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Parity.Tests;

/// <summary>Losses of the detector against torchvision's, values and gradients.</summary>
public sealed class LossParityTests
{
    [Theory]
    [InlineData(0.25, 2, 1)]
    [InlineData(0.25, 2, 30)]
    [InlineData(0.6, 1.5, 3)]
    [InlineData(0.25, 0.5, 3)]
    [InlineData(0.5, 0, 3)]
    public void Focal_loss_agrees_with_torchvision(double alpha, double gamma, double spread)
    {
        PythonOracle.SkipUnlessAvailable();
        using TensorScope scope = new();
        TorchRuntime.Seed(12);
        Tensor logits = (Tensor.Randn([200, 9]) * spread).Detach();
        logits.RequiresGrad = true;
        long[] rows = [3, 17, 18, 60, 199], classes = [0, 8, 2, 2, 5];
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            import torchvision
            target = torch.zeros(200, 9, dtype=torch.float64)
            target[rows, classes] = 1
            x = logits.double().requires_grad_()
            out['loss'] = torchvision.ops.sigmoid_focal_loss(x, target, float(alpha), float(gamma), reduction='sum')
            out['gradient'] = torch.autograd.grad(out['loss'], x)[0]
            """,
            ("logits", logits.ToOracle()),
            ("rows", OracleArray.From<long>(rows, [5])),
            ("classes", OracleArray.From<long>(classes, [5])),
            ("alpha", alpha),
            ("gamma", gamma));
        Tensor loss = FocalLoss.Sum(logits, Tensor.From<long>(rows), Tensor.From<long>(classes), alpha, gamma);
        loss.Backward();
        expected["loss"].AssertClose(loss, 1e-5);
        expected["gradient"].AssertClose(logits.Grad!, 1e-5);
    }

    /// <summary>
    /// FCOS adds 1 to both areas of the IoU and torchvision does not: loss + IoU with 1 − IoU without is torchvision's loss.
    /// </summary>
    [Fact]
    public void GIoU_loss_agrees_with_torchvision_but_for_the_one_added_to_areas()
    {
        (Tensor predicted, Tensor target) = Boxes(scale: 5);
        IReadOnlyDictionary<string, OracleArray> expected = RunFormulas(predicted, target);
        foreach (BoxLoss kind in Enum.GetValues<BoxLoss>())
        {
            Tensor loss = BoxRegressionLoss.Compute(kind, predicted, target);
            expected[$"loss:{kind}"].AssertClose(loss, 1e-5);
            predicted.Grad = null;
            loss.Sum().Backward();
            expected[$"gradient:{kind}"].AssertClose(predicted.Grad!, 1e-5);
        }

        expected["torchvision"].AssertClose(
            BoxRegressionLoss.Compute(BoxLoss.GIoU, predicted, target) + expected["iou+1"].ToTensor() - expected["iou"].ToTensor(), 1e-5);
    }

    [Fact]
    public void GIoU_loss_of_large_boxes_is_torchvisions()
    {
        (Tensor predicted, Tensor target) = Boxes(scale: 1000);
        RunFormulas(predicted, target)["torchvision"].AssertClose(BoxRegressionLoss.Compute(BoxLoss.GIoU, predicted, target), 1e-4);
    }

    private static (Tensor Predicted, Tensor Target) Boxes(double scale)
    {
        PythonOracle.SkipUnlessAvailable();
        TorchRuntime.Seed(13);
        Tensor predicted = ((Tensor.Rand([300, 4]) + 0.05) * scale).Detach();
        Tensor target = ((Tensor.Rand([300, 4]) + 0.05) * scale).Detach();
        predicted.RequiresGrad = true;
        return (predicted, target);
    }

    private static IReadOnlyDictionary<string, OracleArray> RunFormulas(Tensor predicted, Tensor target) => PythonOracle.Run(
        """
        import torchvision
        p, g = predicted.double().requires_grad_(), target.double()
        ours, theirs = (torch.stack([-d[:, 0], -d[:, 1], d[:, 2], d[:, 3]], 1) for d in (p, g))
        out['torchvision'] = torchvision.ops.generalized_box_iou_loss(ours, theirs)
        area = lambda b: (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
        shared = area(torch.cat([torch.max(ours, theirs)[:, :2], torch.min(ours, theirs)[:, 2:]], 1))
        union = area(ours) + area(theirs) - shared
        hull = area(torch.cat([torch.min(ours, theirs)[:, :2], torch.max(ours, theirs)[:, 2:]], 1))
        out['iou'], out['iou+1'] = shared / union, (shared + 1) / (union + 1)
        losses = {'IoU': -torch.log(out['iou+1']), 'LinearIoU': 1 - out['iou+1'], 'GIoU': 1 - out['iou+1'] + (hull - union) / hull}
        for name, loss in losses.items():
            out['loss:' + name] = loss
            out['gradient:' + name] = torch.autograd.grad(loss.sum(), p, retain_graph=True)[0]
        """,
        ("predicted", predicted.Detach().ToOracle()),
        ("target", target.ToOracle()));
}
