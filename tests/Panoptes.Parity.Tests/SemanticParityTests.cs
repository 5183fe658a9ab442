using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Parity.Tests;

/// <summary>The branch that CIAE and semantic heads share, and the cross entropy, against PyTorch's layers.</summary>
public sealed class SemanticParityTests
{
    private const int Stuff = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_branch_agrees_with_pytorchs_layers(bool coordConv)
    {
        PythonOracle.SkipUnlessAvailable();
        using TensorScope scope = new();
        TorchRuntime.Seed(14);
        using SemanticBranch branch = new(16, 24, 4, coordConv);
        Tensor[] features = [.. Enumerable.Range(0, 4).Select(i => Tensor.Randn([2, 16, 32 >> i, 48 >> i]))];
        using NoGrad noGrad = new();
        foreach ((string name, Tensor value) in branch.Parameters().Where(p => p.Value.Rank == 1))
        {
            value.NormalInPlace(0.3, 0.3);
        }

        (string, OracleArray)[] weights = [.. branch.Parameters().Select(p => ($"w:{p.Name}", p.Value.ToOracle()))];
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            def convolution(x, name):
                if 'w:' + name + '.conv.weight' in globals():
                    n, _, h, w = x.shape
                    columns = torch.linspace(-1, 1, w).view(1, 1, 1, w).expand(n, 1, h, w)
                    rows = torch.linspace(-1, 1, h).view(1, 1, h, 1).expand(n, 1, h, w)
                    return F.conv2d(torch.cat([x, columns, rows], 1), globals()['w:' + name + '.conv.weight'], padding=1)
                return F.conv2d(x, globals()['w:' + name + '.weight'], padding=1)
            total = 0
            for level, x in zip((2, 3, 4, 5), (p2, p3, p4, p5)):
                step = 3 if level == 2 else 4
                for i in range(max(1, level - 2)):
                    x = convolution(x, f'p{level}.{i * step}')
                    norm = f'w:p{level}.{i * step + 1}.'
                    x = F.relu(F.group_norm(x, 4, globals()[norm + 'weight'], globals()[norm + 'bias']))
                    if level > 2:
                        x = F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)
                total = total + x
            out['sum'] = total
            """,
            [("p2", features[0].ToOracle()), ("p3", features[1].ToOracle()), ("p4", features[2].ToOracle()), ("p5", features[3].ToOracle()),
            .. weights]);
        expected["sum"].AssertClose(branch.Forward(features), 1e-4);
    }

    /// <summary>Images with void, a crowd, padding and overlapping things; labels at the input's size and at a quarter of it.</summary>
    [Theory]
    [InlineData(1, 1.0, 1.0)]
    [InlineData(4, 1.0, 1.0)]
    [InlineData(1, 0.25, 30.0)]
    [InlineData(4, 2.0, 200.0)]
    public void Cross_entropy_agrees_with_pytorch(int stride, double weight, double spread)
    {
        PythonOracle.SkipUnlessAvailable();
        using TensorScope scope = new();
        TorchRuntime.Seed(15);
        using Batch batch = Labeled(stride);
        Tensor logits = (Tensor.Randn([2, Stuff + 1, batch.Height / 4, batch.Width / 4]) * spread).Detach();
        logits.RequiresGrad = true;

        LossTerm loss = SemanticHead.Term(new SemanticConfig { Weight = weight }, logits, PixelLabels.Of(batch));
        loss.Value.Backward();

        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            x = logits.double().requires_grad_()
            things = x.shape[1] - 1
            # The label of a cell of 4x4 pixels is that of the one behind its centre, as Pillow rounds.
            target = labels[:, 2::4, 2::4] if labels.shape[1] > x.shape[2] else labels
            target = target.long().clamp(max=things)
            out['ignored'] = (target < 0).sum()
            out['classes'] = target.unique()
            out['loss'] = F.cross_entropy(x, target, ignore_index=-1) * float(weight)
            out['gradient'] = torch.autograd.grad(out['loss'], x)[0]
            """,
            ("logits", logits.Detach().ToOracle()),
            ("labels", OracleArray.From<int>(
                [.. batch.Segments.Labels.ToArray().Select(l => (int)l)], [2, batch.Segments.Height, batch.Segments.Width])),
            ("weight", weight));
        expected["loss"].AssertClose(loss.Value, 1e-5);
        expected["gradient"].AssertClose(logits.Grad!, 1e-5);
        Assert.Equal("semantic", loss.Name);
        Assert.Equal([-1, 0, 1, 2, 3], expected["classes"].ToArray<long>());
        Assert.InRange(expected["ignored"].ToArray<long>()[0], 500, 1500); // of 2048
    }

    [Fact]
    public void Without_a_label_the_cross_entropy_is_zero()
    {
        using TensorScope scope = new();
        using Batch batch = Labeled(4, nothing: true);
        Tensor logits = Tensor.Randn([2, Stuff + 1, batch.Height / 4, batch.Width / 4]);
        logits.RequiresGrad = true;
        LossTerm loss = SemanticHead.Term(new SemanticConfig(), logits, PixelLabels.Of(batch));
        loss.Value.Backward();
        Assert.Equal(0, loss.Value.ToDouble());
        Assert.Equal(0, logits.Grad!.Abs().Sum().ToDouble());
    }

    /// <summary>Two images of 120x100 and 100x100, padded to 128x128: three bands of stuff, two things, a crowd, void.</summary>
    private static Batch Labeled(int stride, bool nothing = false)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("panoptes-parity-");
        try
        {
            ImageRecord[] records = [.. new[] { 120, 100 }.Select((width, n) =>
            {
                string path = Path.Combine(folder.FullName, $"{n}.png"), labels = Path.Combine(folder.FullName, $"labels{n}.png");
                new Image(width, 100).SavePng(path);
                LabelMap map = new(width, 100);
                for (int y = 0; y < 100 && !nothing; y++)
                {
                    map.Row(y).Fill(1 + (y / 34));
                    Paint(map, y, 10, new Box(15 + (7 * n), 12, 50, 60));
                    Paint(map, y, 11, new Box(40, 30, 90, 55));
                    Paint(map, y, 12, new Box(60, 62, 95, 85));
                    Paint(map, y, 0, new Box(3, 70, 33, 97));
                }

                SegmentRecord[] segments =
                [
                    .. Enumerable.Range(1, Stuff).Select(id => new SegmentRecord(id, id - 1, IsThing: false, IsCrowd: false)),
                    new(10, 4, IsThing: true, IsCrowd: false),
                    new(11, 4, IsThing: true, IsCrowd: false),
                    new(12, 2, IsThing: true, IsCrowd: true),
                ];
                map.SavePng(labels);
                return new ImageRecord(n, path, width, 100, []) { Panoptic = new PanopticRecord(labels, Stuff, nothing ? [] : segments) };
            })];
            LoaderOptions options = LoaderOptions.FromConfig(new PanoptesConfig()) with
            {
                Input = new InputConfig { ShortSide = [100], LongSide = 1000 },
                BatchSize = 2,
                Workers = 0,
                SegmentStride = stride,
            };
            using ValidationLoader loader = new(records, options);
            return loader.Next(TestContext.Current.CancellationToken)!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static void Paint(LabelMap map, int y, int id, Box box)
        {
            if (y >= box.Y1 && y < box.Y2)
            {
                map.Row(y)[(int)box.X1..(int)box.X2].Fill(id);
            }
        }
    }
}
