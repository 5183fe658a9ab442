using Panoptes.Masks;

namespace Panoptes.Inference.EmbedMask;

/// <summary>
/// From embeddings to masks (EmbedMask, arXiv 1912.01954, 3.3): a pixel belongs to an instance where <c>phi = exp(-m * |p - q|^2)</c>
/// exceeds the threshold. The pixel embedding p is enlarged to a quarter of the input, phi is cropped to the predicted box, and phi, not
/// the mask, is interpolated to the image's own size. The masks leave as run lengths; an image of full size never exists.
/// </summary>
/// <remarks>The decoder keeps no state: one serves any number of threads. It uses several threads itself.</remarks>
internal sealed class EmbedMaskDecoder : IMaskDecoder
{
    private readonly EmbedMaskOptions _options;
    private readonly DetectionOptions _detection;

    /// <summary>Prepares the decoding.</summary>
    /// <param name="options">Dimensions, similarity, threshold and crop.</param>
    /// <param name="detection">The levels' geometry, as the detections were decoded with it.</param>
    public EmbedMaskDecoder(EmbedMaskOptions options, DetectionOptions detection)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(detection);
        _options = options;
        _detection = detection;
    }

    /// <inheritdoc/>
    /// <remarks>A mask is empty where no pixel is similar enough.</remarks>
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
        Rle[] masks = new Rle[detections.Count];
        if (masks.Length == 0)
        {
            return masks;
        }

        FeatureMap pixels = output[EmbedMaskOutputs.PixelEmbedding];
        if (pixels.Channels != _options.EmbeddingDim || pixels.Batch != input.Images.Count)
        {
            throw new InvalidOperationException(
                $"The network's output '{EmbedMaskOutputs.PixelEmbedding}' is {FeatureMapChecks.Shape(pixels)}; "
                + $"{input.Images.Count} images with {_options.EmbeddingDim} channels were expected.");
        }

        if (!FeatureMapChecks.IsFinite(pixels.Image(image)))
        {
            throw FeatureMapChecks.NotFinite(EmbedMaskOutputs.PixelEmbedding, image);
        }

        float stride = (float)_detection.Strides[0] / _options.ScaleFactor;
        int mapWidth = pixels.Width * _options.ScaleFactor;
        int mapHeight = pixels.Height * _options.ScaleFactor;
        Crop[] crops = [.. detections.Select(d => Crop.Of(d, _options.Crop, stride, mapWidth, mapHeight))];
        Query[] queries = [.. detections.Select(d => ReadQuery(output, input, image, d, pixels))];

        InputImage size = input.Images[image];
        ResizeAxis columns = ToImage(mapWidth, size.OriginalWidth, size.Width);
        ResizeAxis rows = ToImage(mapHeight, size.OriginalHeight, size.Height);
        using PixelColumns enlarged = new(
            pixels.ImageMemory(image), pixels.Channels, pixels.Height, pixels.Width, _options.ScaleFactor, crops, cancellationToken);
        Parallel.For(
            0,
            masks.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => new MaskColumnWriter(enlarged, columns, rows, _options),
            (i, _, writer) =>
            {
                masks[i] = writer.Write(crops[i], queries[i].Center, queries[i].Margin);
                return writer;
            },
            _ => { });
        return masks;

        // The padded map is stretched to ceil(padded * original / resized) pixels, of which the image is the first part. Whole
        // numbers, because a rounding error before the ceiling would shift the whole mask.
        ResizeAxis ToImage(int cells, int original, int resized)
        {
            long padded = (long)cells * _detection.Strides[0];
            long unit = (long)_options.ScaleFactor * resized;
            return new ResizeAxis(cells, checked((int)(((padded * original) + unit - 1) / unit)), original);
        }
    }

    /// <summary>The embedding and the margins of one detection.</summary>
    private Query ReadQuery(NetworkOutput output, NetworkInput input, int image, in Candidate detection, FeatureMap pixels)
    {
        float[] center = new float[_options.EmbeddingDim];
        if (_options.ClusterCenter == ClusterCenter.Proposal)
        {
            Read(EmbedMaskOutputs.ProposalEmbedding(detection.Level), detection, center);
        }
        else
        {
            // The location's own cell of the pixel embedding: locations are whole pixels, the embedding has the finest level's stride.
            FeatureMap level = output[OutputNames.Box(detection.Level)];
            (int x, int y) = _detection.LocationOf(detection.Level, detection.Cell, level, input);
            int column = Math.Min(x / _detection.Strides[0], pixels.Width - 1);
            int row = Math.Min(y / _detection.Strides[0], pixels.Height - 1);
            for (int d = 0; d < center.Length; d++)
            {
                center[d] = pixels.Plane(image, d)[(row * pixels.Width) + column];
            }
        }

        if (_options.Similarity == Similarity.HingeDistance)
        {
            // With this margin phi falls to the threshold exactly at the distance, so one way serves both.
            double margin = -Math.Log(_options.MaskThreshold) / (_options.HingeDistance * _options.HingeDistance);
            return new Query(center, [(float)margin]);
        }

        float[] margins = new float[_options.MarginDim];
        Read(EmbedMaskOutputs.ProposalMargin(detection.Level), detection, margins);
        return new Query(center, margins);

        void Read(string name, in Candidate detection, float[] values)
        {
            FeatureMap map = output.Require(name, output[OutputNames.ClassLogits(detection.Level)], values.Length);
            for (int d = 0; d < values.Length; d++)
            {
                // exp may overflow for a margin (no pixel but an equal one then belongs); 0 * infinity would be NaN.
                values[d] = Math.Clamp(map.Plane(image, d)[detection.Cell], -float.MaxValue, float.MaxValue);
            }

            if (!FeatureMapChecks.IsFinite(values))
            {
                throw FeatureMapChecks.NotFinite(name, image);
            }
        }
    }

    private readonly record struct Query(float[] Center, float[] Margin);
}
