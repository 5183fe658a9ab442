using Panoptes.Masks;

namespace Panoptes.Inference.MEInst;

/// <summary>
/// From mask coefficients to masks (MEInst, arXiv 2003.11712, 3.2): the coefficients at a detection's location are decoded to a small
/// square (Eq. 1, right), which is pasted into the detection's box, clipped to the image. The masks leave as run lengths; an image of
/// full size never exists.
/// </summary>
/// <remarks>The decoder keeps no state: one serves any number of threads. It uses several threads itself.</remarks>
internal sealed class MEInstDecoder : IMaskDecoder
{
    private readonly MEInstOptions _options;

    /// <summary>Prepares the decoding.</summary>
    /// <param name="options">Codec, size and threshold.</param>
    public MEInstDecoder(MEInstOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The box is clipped before the square is stretched over it, as the authors' code does (detectron2's postprocessing): a box that
    /// sticks out of the image gets a slightly compressed mask.
    /// </remarks>
    public Rle[] Decode(
        NetworkOutput output,
        NetworkInput input,
        int image,
        IReadOnlyList<Candidate> detections,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(detections);
        float[][] coefficients = [.. detections.Select(d => Read(output, image, d))];
        InputImage size = input.Images[image];
        Rle[] masks = new Rle[detections.Count];

        // The rows of one product of matrices, [detections, D] x [D, Size²]: each is pasted by the thread that computed it.
        Parallel.For(
            0,
            masks.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => (Paster: new MaskPaster(_options.Size, (float)_options.MaskThreshold), Square: new float[_options.Size * _options.Size]),
            (i, _, own) =>
            {
                Decode(coefficients[i], own.Square, detections[i].ClassIndex);
                masks[i] = own.Paster.Paste(own.Square, size.ToOriginal(detections[i].Box), size.OriginalHeight, size.OriginalWidth);
                return own;
            },
            _ => { });
        return masks;
    }

    private void Decode(ReadOnlySpan<float> coefficients, Span<float> square, int classIndex)
    {
        if (_options.Codec is { } codec)
        {
            codec.Decode(coefficients, square, classIndex);
            return;
        }

        for (int i = 0; i < square.Length; i++)
        {
            square[i] = 1 / (1 + MathF.Exp(-coefficients[i]));
        }
    }

    private float[] Read(NetworkOutput output, int image, in Candidate detection)
    {
        string name = MEInstOutputs.MaskCoefficients(detection.Level);
        FeatureMap map = output.Require(name, output[OutputNames.ClassLogits(detection.Level)], _options.Dimension);
        float[] values = new float[_options.Dimension];
        for (int d = 0; d < values.Length; d++)
        {
            values[d] = map.Plane(image, d)[detection.Cell];
        }

        return FeatureMapChecks.IsFinite(values) ? values : throw FeatureMapChecks.NotFinite(name, image);
    }
}
