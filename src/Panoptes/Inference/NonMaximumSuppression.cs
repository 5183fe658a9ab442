using System.Numerics;
using System.Runtime.InteropServices;

namespace Panoptes.Inference;

/// <summary>Class-wise greedy suppression of boxes that overlap a better one.</summary>
internal static class NonMaximumSuppression
{
    /// <summary>
    /// Goes through the candidates by falling score (equal scores in the order given) and keeps each one unless its IoU with a kept
    /// one of its class exceeds the threshold. Same result as torchvision.ops.batched_nms, which computes the IoU in float as well.
    /// </summary>
    /// <param name="candidates">The candidates, in any order.</param>
    /// <param name="iouThreshold">An overlap above this, strictly, suppresses; 0..1.</param>
    /// <param name="maxKept">Ends once this many are kept.</param>
    /// <returns>Indices of the kept candidates by falling score.</returns>
    public static int[] Select(ReadOnlySpan<Candidate> candidates, double iouThreshold, int maxKept = int.MaxValue)
    {
        // NaN, which a caller may pass, goes last; -score rises, and the stable order of equal scores comes from the index.
        ulong[] order = new ulong[candidates.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = ((ulong)FallingBits(candidates[i].Score) << 32) | (uint)i;
        }

        Array.Sort(order);

        // An IoU is a float and the threshold a double: x > t is the same as x > the largest float that is not above t.
        float threshold = (float)iouThreshold;
        threshold = threshold > iouThreshold ? MathF.BitDecrement(threshold) : threshold;

        KeptBoxes kept = new(Math.Min(maxKept, candidates.Length));
        List<int> indices = new(kept.Capacity);
        foreach (ulong key in order)
        {
            if (indices.Count == maxKept)
            {
                break;
            }

            int index = (int)(uint)key;
            if (!kept.Overlaps(candidates[index], threshold))
            {
                kept.Add(candidates[index]);
                indices.Add(index);
            }
        }

        return [.. indices];
    }

    /// <summary>Bits that rise as the score falls; NaN last.</summary>
    private static uint FallingBits(float score)
    {
        if (float.IsNaN(score))
        {
            return uint.MaxValue;
        }

        uint bits = BitConverter.SingleToUInt32Bits(score + 0f); // -0 becomes 0: they are equal scores
        return (int)bits < 0 ? bits : 0x7FFFFFFF - bits;
    }

    /// <summary>
    /// The boxes kept so far, column by column, so that a candidate is compared with a vector of them at once. Classes are not
    /// kept apart: a kept box of another class costs a lane, and at most a hundred are kept.
    /// </summary>
    private ref struct KeptBoxes
    {
        private readonly Span<float> _x1, _y1, _x2, _y2, _area;
        private readonly Span<int> _class;
        private int _count;

        public KeptBoxes(int capacity)
        {
            Capacity = capacity;
            int padded = (capacity + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
            Span<float> memory = new float[5 * padded];
            _x1 = memory[..padded];
            _y1 = memory.Slice(padded, padded);
            _x2 = memory.Slice(2 * padded, padded);
            _y2 = memory.Slice(3 * padded, padded);
            _area = memory.Slice(4 * padded, padded);
            _class = new int[padded];
            _class.Fill(-1); // no class: the lanes behind the last box match nothing
        }

        public int Capacity { get; }

        public void Add(in Candidate box)
        {
            _x1[_count] = box.X1;
            _y1[_count] = box.Y1;
            _x2[_count] = box.X2;
            _y2[_count] = box.Y2;
            _area[_count] = (box.X2 - box.X1) * (box.Y2 - box.Y1);
            _class[_count++] = box.ClassIndex;
        }

        public readonly bool Overlaps(in Candidate box, float threshold)
        {
            ReadOnlySpan<Vector<float>> x1 = MemoryMarshal.Cast<float, Vector<float>>(_x1);
            ReadOnlySpan<Vector<float>> y1 = MemoryMarshal.Cast<float, Vector<float>>(_y1);
            ReadOnlySpan<Vector<float>> x2 = MemoryMarshal.Cast<float, Vector<float>>(_x2);
            ReadOnlySpan<Vector<float>> y2 = MemoryMarshal.Cast<float, Vector<float>>(_y2);
            ReadOnlySpan<Vector<float>> areas = MemoryMarshal.Cast<float, Vector<float>>(_area);
            ReadOnlySpan<Vector<int>> classes = MemoryMarshal.Cast<int, Vector<int>>(_class);
            Vector<float> left = new(box.X1), top = new(box.Y1), right = new(box.X2), bottom = new(box.Y2);
            Vector<float> area = new((box.X2 - box.X1) * (box.Y2 - box.Y1));
            Vector<float> limit = new(threshold);
            Vector<int> sameClass = new(box.ClassIndex);
            int used = (_count + Vector<float>.Count - 1) / Vector<float>.Count;
            for (int v = 0; v < used; v++)
            {
                Vector<float> width = Vector.Max(Vector.Min(right, x2[v]) - Vector.Max(left, x1[v]), Vector<float>.Zero);
                Vector<float> height = Vector.Max(Vector.Min(bottom, y2[v]) - Vector.Max(top, y1[v]), Vector<float>.Zero);
                Vector<float> intersection = width * height;
                Vector<float> iou = intersection / (areas[v] + area - intersection);
                Vector<int> hit = Vector.GreaterThan(iou, limit) & Vector.Equals(classes[v], sameClass);
                if (hit != Vector<int>.Zero)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
