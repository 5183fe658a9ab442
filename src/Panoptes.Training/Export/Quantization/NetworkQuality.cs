using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Export.Quantization;

/// <summary>Measures networks that should find what one of them finds: against annotations, or else against that one.</summary>
internal sealed class NetworkQuality
{
    private readonly Int8Options _options;
    private readonly CalibrationImages _images;
    private readonly IProgress<(string Stage, int Done, int Total)>? _progress;
    private readonly List<Segmentation> _expected = [];

    public NetworkQuality(
        CalibrationImages images, Int8Options options, IProgress<(string Stage, int Done, int Total)>? progress) =>
        (_images, _options, _progress) = (images, options, progress);

    /// <summary>What <see cref="Measure"/> gives: <c>AP</c>, <c>PQ</c> or <c>mask IoU</c>.</summary>
    public string Name { get; private set; } = "mask IoU";

    /// <summary>How many images are looked at.</summary>
    public int Images => _options.Labeled?.Objects.Images.Count ?? _images.Comparison.Count;

    /// <summary>A network's figure, 0 to 1. The first network is the one that others are held against.</summary>
    public double Measure(INetwork network, string stage, CancellationToken cancellationToken)
    {
        Progress progress = new(stage, _progress);
        if (_options.Labeled is { } labeled)
        {
            using Segmenter segmenter = new(network);
            EvaluationResult result = new Evaluator(labeled).Run(segmenter, progress: progress, cancellationToken: cancellationToken);
            Name = result.Panoptic is null ? "AP" : "PQ";
            return result.Score;
        }

        return Compare(network, progress, cancellationToken);
    }

    private double Compare(INetwork network, Progress progress, CancellationToken cancellationToken)
    {
        bool isFirst = _expected.Count == 0;
        MaskAgreement agreement = new();
        using Segmenter segmenter = new(network, new SegmenterOptions { MinScore = MaskAgreement.LeastScore });
        for (int i = 0; i < _images.Comparison.Count; i++)
        {
            Segmentation found = segmenter.Segment(_images.Read(_images.Comparison[i], cancellationToken), cancellationToken);
            if (isFirst)
            {
                _expected.Add(found);
            }

            agreement.Add(_expected[i], found);
            progress.Report((i + 1, _images.Comparison.Count));
        }

        return agreement.Mean;
    }

    private sealed class Progress(string stage, IProgress<(string Stage, int Done, int Total)>? target) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => target?.Report((stage, value.Done, value.Total));
    }
}
