using Panoptes.Inference;
using Panoptes.Inference.Ciae;

namespace Panoptes.Testing;

/// <summary>
/// The queries as the paper defines them (IV-C): the memory's vectors of stuff, and the enlarged embedding at the location of each
/// detection.
/// </summary>
internal static class PlainQueries
{
    /// <summary>Collects the queries of an image.</summary>
    /// <param name="card">The network's card; its locations lie half a stride into their cells.</param>
    /// <param name="output">The network's outputs.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="image">Index of the image in the batch.</param>
    /// <param name="detections">The detections.</param>
    /// <returns>Unit vectors, and the box of each in the input's pixels; null for stuff.</returns>
    public static (float[][] Vectors, (float X1, float Y1, float X2, float Y2)?[] Boxes) Of(
        ModelCard card, NetworkOutput output, NetworkInput input, int image, IReadOnlyList<Candidate> detections)
    {
        FeatureMap memory = output[CiaeOutputs.Memory];
        FeatureMap embedding = output[CiaeOutputs.Embedding];
        ReadOnlyMemory<float> own = Image(embedding, image);
        List<float[]> vectors = [];
        List<(float, float, float, float)?> boxes = [];
        for (int c = 0; c < card.StuffClasses.Count; c++)
        {
            vectors.Add(Normalize([.. Enumerable.Range(0, memory.Channels).Select(d => memory.Plane(0, d)[c])]));
            boxes.Add(null);
        }

        foreach (Candidate detection in detections)
        {
            int stride = card.Detection.Strides[detection.Level];
            (int row, int column) = Math.DivRem(detection.Cell, output[OutputNames.Box(detection.Level)].Width);
            int x = Math.Min((stride * column) + (stride / 2), input.Images[image].Width - 1);
            int y = Math.Min((stride * row) + (stride / 2), input.Images[image].Height - 1);
            float[] pixel = new float[embedding.Channels];
            PlainAssignment.Enlarge(own.Span, embedding.Height, embedding.Width, x, y, pixel);
            vectors.Add(Normalize(pixel));
            boxes.Add((detection.X1, detection.Y1, detection.X2, detection.Y2));
        }

        return ([.. vectors], [.. boxes]);
    }

    /// <summary>The values of one image of a map, [C, h, w].</summary>
    public static ReadOnlyMemory<float> Image(FeatureMap map, int image)
    {
        int length = map.Channels * map.Height * map.Width;
        return map.Data.Slice(image * length, length).ToArray();
    }

    private static float[] Normalize(float[] vector)
    {
        double norm = Math.Max(1e-12, Math.Sqrt(vector.Sum(v => (double)v * v)));
        return [.. vector.Select(v => (float)(v / norm))];
    }
}
