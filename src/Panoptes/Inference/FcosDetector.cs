namespace Panoptes.Inference;

/// <summary>The detector of every method: FCOS's candidates after suppression, those that a result can hold.</summary>
/// <remarks>It keeps no state: one serves any number of threads.</remarks>
internal sealed class FcosDetector
{
    private readonly ModelCard _card;
    private readonly double _minScore;
    private readonly bool _oneClassWillDo;
    private readonly FcosDecoder _decoder;

    /// <summary>Prepares the detection.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="minScore">Candidates with a lower score are dropped; 0..1.</param>
    /// <param name="oneClassWillDo">Whether a network may detect all things as one class, because something else names them.</param>
    public FcosDetector(ModelCard card, double minScore, bool oneClassWillDo = false)
    {
        _card = card;
        _minScore = minScore;
        _oneClassWillDo = oneClassWillDo;
        _decoder = new FcosDecoder(card.Detection);
    }

    /// <summary>Detects the objects of one image of a batch.</summary>
    /// <param name="output">The network's outputs.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="index">Index of the image in the batch.</param>
    /// <returns>The detections by falling score.</returns>
    /// <exception cref="InvalidOperationException">An output is missing, has a wrong shape, or holds NaN.</exception>
    public IReadOnlyList<Candidate> Detect(NetworkOutput output, NetworkInput input, int index)
    {
        int classes = output[OutputNames.ClassLogits(0)].Channels;
        if (classes != _card.Classes.Count && !(_oneClassWillDo && classes == 1))
        {
            throw new InvalidOperationException($"The network gives {classes} classes, and its card names {_card.Classes.Count}.");
        }

        Candidate[] candidates = [.. _decoder.Decode(output, input, index)];
        InputImage size = input.Images[index];
        List<Candidate> detections = [];
        foreach (int kept in NonMaximumSuppression.Select(candidates, _card.Detection.NmsIou, _card.Detection.MaxDetections))
        {
            Candidate candidate = candidates[kept];
            if (candidate.Score >= _minScore && !size.ToOriginal(candidate.Box).IsEmpty)
            {
                detections.Add(candidate);
            }
        }

        return detections;
    }
}
