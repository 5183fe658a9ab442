using Panoptes.Inference.Ciae;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.Ciae;

/// <summary>
/// CIAE (Gao et al. 2020): a residual network, a feature pyramid from P2, the head that detects things and embeds pixels, and the memory of
/// categories.
/// </summary>
internal sealed class CiaeModel : PyramidModel
{
    /// <summary>The logit of a class that is never detected.</summary>
    private const double Never = -100;

    private readonly CiaeConfig _config;
    private readonly int _classes;
    private readonly CiaeHead _head;
    private readonly CategoryMemory _memory;
    private readonly CiaeLoss _loss;

    /// <summary>Builds the model with random weights.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="classes">Number of classes of things.</param>
    /// <param name="stuffClasses">Number of classes of stuff.</param>
    /// <param name="iterations">Steps of the whole training, which the memory's schedule spans.</param>
    public CiaeModel(ModelConfig model, int classes, int stuffClasses, int iterations)
        : base(model, fromP2: true)
    {
        _config = model.Ciae;
        _classes = classes;
        _head = Child("head", new CiaeHead(model, _config.MergeDetector ? 1 : classes, stuffClasses));
        int categories = CiaeLoss.Categories(_config.Things, classes, stuffClasses);
        _memory = Child("memory", new CategoryMemory(categories, _config.EmbeddingDim, _config.Momentum, iterations));
        _loss = Child("loss", new CiaeLoss(model, stuffClasses));
    }

    /// <summary>Computes the raw outputs of normalized images [N, 3, H, W]; H and W are multiples of 32.</summary>
    public CiaeOutput Forward(Tensor images)
    {
        Tensor[] levels = Pyramid(images); // P2 .. P7
        return _head.Forward(levels);
    }

    /// <inheritdoc/>
    public override BatchLoss ComputeLosses(Tensor images, Batch batch)
    {
        PixelLabels labels = PixelLabels.Of(batch);
        CiaeOutput output = Forward(images);
        Tensor embedding = output.Embedding.To(DType.Float32); // [N, D, H/4, W/4]
        SegmentSums[] segments = CiaeLoss.Segments(embedding, labels);
        if (IsTraining)
        {
            // The losses see the updated memory (III-C: "replaced with M_t").
            double[] own = _loss.CategorySums(segments, batch, (int)_memory.Vectors.Size(0));
            _memory.Update(SumOverPasses(own), Iteration);
        }

        return _loss.Compute(output, embedding, segments, _memory.Vectors, batch, labels);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> CountTargets(Batch batch) => _loss.Count(batch);

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Map)> Predict(Tensor images)
    {
        CiaeOutput output = Forward(images);
        FcosLevel[] levels = [.. output.Levels.Select(level => level with { ClassLogits = AllClasses(level.ClassLogits) })];
        return
        [
            .. (output with { Levels = levels }).ByName(),
            (CiaeOutputs.Embedding, output.Embedding),
            (CiaeOutputs.Memory, _memory.Vectors.Transpose(0, 1).Unsqueeze(0).Unsqueeze(2)), // [1, D, 1, C]
        ];
    }

    // A detector without classes finds all things as the first one; the others are never found, so that outputs keep the card's classes.
    private Tensor AllClasses(Tensor logits)
    {
        if (!_config.MergeDetector || _classes == 1)
        {
            return logits;
        }

        Tensor others = logits.FullLike(Never).Repeat([1, _classes - 1, 1, 1]);
        return Tensor.Cat([logits, others], 1);
    }
}
