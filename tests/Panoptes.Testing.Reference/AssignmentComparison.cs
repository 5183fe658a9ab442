using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Testing;

/// <summary>
/// Where the library's assignment and the plain one differ on a network's own embeddings, at every pixel of the network's input without its
/// padding.
/// </summary>
/// <param name="Pixels">Pixels that were compared.</param>
/// <param name="Instances">Detections that were queries.</param>
/// <param name="Differing">Pixels with different labels.</param>
/// <param name="Ties">Those of them whose two cosines are equal in single precision.</param>
/// <param name="LargestGap">The largest difference of two such cosines, in double precision.</param>
public sealed record AssignmentComparison(long Pixels, int Instances, long Differing, long Ties, double LargestGap)
{
    /// <summary>Segments an image in both ways.</summary>
    /// <param name="network">A CIAE network.</param>
    /// <param name="image">The image.</param>
    /// <param name="threshold">Detections with a lower score are no queries; null takes the card's.</param>
    /// <param name="cancellationToken">Stops between parts of the image.</param>
    /// <exception cref="InputException">The model is not a CIAE model, or has a semantic head that decides stuff.</exception>
    public static AssignmentComparison Of(
        INetwork network, Image image, double? threshold = null, CancellationToken cancellationToken = default)
    {
        if (network.Card is not { MethodOptions: CiaeOptions options, PanopticMerge: null } given)
        {
            throw InputException.ForSetting(
                null, $"the model ({network.Card.Method}) does not give all pixels to queries by their embedding, as CIAE does");
        }

        // All segments are kept, however small.
        options = options with { InstanceThreshold = threshold ?? options.InstanceThreshold, MinStuffArea = 0, MinThingArea = 0 };
        ModelCard card = given with { MethodOptions = options };
        using NetworkInput input = new Preprocessor(card.Preprocessing).Prepare([image], cancellationToken);
        using NetworkOutput output = network.Run(input, cancellationToken);
        Candidate[] candidates = [.. new FcosDecoder(card.Detection).Decode(output, input, 0)];
        Candidate[] kept =
        [
            .. NonMaximumSuppression.Select(candidates, card.Detection.NmsIou, card.Detection.MaxDetections)
                .Select(i => candidates[i])
                .Where(candidate => candidate.Score >= options.InstanceThreshold),
        ];

        // As if the image had been given in the input's size: all of the input's pixels have labels then.
        (int width, int height) = (input.Images[0].Width, input.Images[0].Height);
        using NetworkInput sizes = new([new InputImage(width, height, width, height)], input.Width, input.Height);
        PanopticSegmentation found = new CiaeDecoder(card).Decode(output, sizes, 0, kept, cancellationToken).Panoptic;
        FeatureMap map = output[CiaeOutputs.Embedding];
        ReadOnlyMemory<float> embedding = PlainQueries.Image(map, 0);
        (float[][] vectors, (float X1, float Y1, float X2, float Y2)?[] boxes) = PlainQueries.Of(card, output, input, 0, kept);
        int[] plain = PlainAssignment.Label(embedding, map.Height, map.Width, height, width, vectors, boxes);
        int[] labels = LabelsById(found, card, kept);

        AssignmentComparison result = new(plain.Length, kept.Length, 0, 0, 0);
        float[] pixel = new float[map.Channels];
        for (int i = 0; i < plain.Length; i++)
        {
            int label = labels[found.Labels.Labels[i]];
            if (label != plain[i])
            {
                PlainAssignment.Enlarge(embedding.Span, map.Height, map.Width, i % width, i / width, pixel);
                result = result.With(pixel, label == 0 ? null : vectors[label - 1], plain[i] == 0 ? null : vectors[plain[i] - 1]);
            }
        }

        return result;
    }

    /// <summary>The figures of two images together.</summary>
    public static AssignmentComparison operator +(AssignmentComparison a, AssignmentComparison b) => new(
        a.Pixels + b.Pixels,
        a.Instances + b.Instances,
        a.Differing + b.Differing,
        a.Ties + b.Ties,
        Math.Max(a.LargestGap, b.LargestGap));

    private AssignmentComparison With(float[] pixel, float[]? one, float[]? other)
    {
        if (one is null || other is null)
        {
            return this with { Differing = Differing + 1, LargestGap = double.PositiveInfinity }; // void is never a matter of rounding
        }

        float length = PlainAssignment.Length(pixel);
        bool tie = PlainAssignment.Cosine(pixel, length, one) == PlainAssignment.Cosine(pixel, length, other);
        double norm = Math.Sqrt(pixel.Sum(v => (double)v * v));
        double gap = Math.Abs(one.Zip(other, pixel).Sum(t => ((double)t.First - t.Second) * t.Third)) / norm;
        return this with { Differing = Differing + 1, Ties = Ties + (tie ? 1 : 0), LargestGap = Math.Max(LargestGap, gap) };
    }

    /// <summary>
    /// The plain way's label of each segment: its class's place, or its detection's, found in order by score and class.
    /// </summary>
    private static int[] LabelsById(PanopticSegmentation found, ModelCard card, Candidate[] kept)
    {
        int[] labels = new int[found.Segments.Count + 1];
        int next = 0;
        foreach (Segment segment in found.Segments)
        {
            if (!segment.IsThing)
            {
                labels[segment.Id] = 1 + card.StuffClasses.Index().First(c => c.Item.CategoryId == segment.CategoryId).Index;
                continue;
            }

            // Whatever names the class, the score is the detection's.
            while (kept[next].Score != segment.Score || !NamedAs(kept[next], segment))
            {
                next++;
            }

            labels[segment.Id] = 1 + card.StuffClasses.Count + next++;
        }

        return labels;

        bool NamedAs(Candidate detection, Segment segment) =>
            card.MethodOptions is CiaeOptions { CategorySource: CategorySource.Embedding }
            || card.Classes[detection.ClassIndex].CategoryId == segment.CategoryId;
    }
}
