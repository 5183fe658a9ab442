using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>The objects of a sample, collected one after another.</summary>
internal sealed class SampleObjects
{
    private readonly List<Box> _boxes = [];
    private readonly List<int> _classes = [];
    private readonly List<Rle> _masks = [];
    private readonly List<IReadOnlyList<IReadOnlyList<double>>?> _outlines = [];

    /// <summary>Number of objects so far.</summary>
    public int Count => _boxes.Count;

    /// <summary>Adds an object, unless too little of it is seen (<see cref="TrainingSample.LeastVisible"/>).</summary>
    /// <param name="classIndex">Its class.</param>
    /// <param name="box">The box of the whole object, clipped to the input; kept where the whole object is seen.</param>
    /// <param name="mask">What is seen of it.</param>
    /// <param name="outline">Its polygons in original coordinates; null for an object with a mask of pixels.</param>
    /// <param name="wholeArea">The pixels of the whole object at this size.</param>
    /// <returns>Whether it was added.</returns>
    public bool Add(int classIndex, Box box, Rle mask, IReadOnlyList<IReadOnlyList<double>>? outline, long wholeArea)
    {
        if (mask.IsEmpty || mask.Area < TrainingSample.LeastVisible * wholeArea)
            return false;
        bool isWhole = mask.Area == wholeArea;
        _boxes.Add(isWhole ? box : mask.Bounds);
        _classes.Add(classIndex);
        _masks.Add(mask);
        _outlines.Add(isWhole ? outline : null);
        return true;
    }

    /// <summary>Adds all objects of another collection, as they are.</summary>
    public void AddAll(SampleObjects others)
    {
        _boxes.AddRange(others._boxes);
        _classes.AddRange(others._classes);
        _masks.AddRange(others._masks);
        _outlines.AddRange(others._outlines);
    }

    /// <summary>The sample of these objects.</summary>
    public TrainingSample ToSample(
        ImageRecord record, ImageTransform transform, Image resized, IReadOnlyList<SegmentLabel> segments) =>
        new(record, transform, resized, _boxes, _classes, _masks, _outlines) { Segments = segments };
}
