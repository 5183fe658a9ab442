using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Evaluation.Analysis;

/// <summary>Boxes in images of 100x100, written shortly: what is there, and what was found.</summary>
internal sealed class SmallScene
{
    private const int Side = 100;

    private readonly List<CocoAnnotation> _objects = [];
    private readonly List<CocoDetection> _found = [];
    private readonly CocoCategory[] _classes;

    public SmallScene(params string[] classes) => _classes = [.. classes.Select((name, i) => new CocoCategory(i + 1, name))];

    public int Images { get; init; } = 1;

    public IReadOnlyList<CocoDetection> Found => _found;

    /// <summary>Adds an object; the first class is 1.</summary>
    public SmallScene There(int @class, double x, double width, long image = 1, bool crowd = false)
    {
        BoxXywh box = new(x, 0, width, 10);
        _objects.Add(new CocoAnnotation(_objects.Count + 1, image, @class, box, box.Area, crowd, CocoSegmentation.FromRle(Mask(box))));
        return this;
    }

    /// <summary>Adds a detection.</summary>
    public SmallScene Finds(int @class, double x, double width, double score, long image = 1)
    {
        BoxXywh box = new(x, 0, width, 10);
        _found.Add(new CocoDetection(image, @class, box, score, Mask(box)));
        return this;
    }

    public InstanceDataset GroundTruth() => InstanceDataset.Create(
        Enumerable.Range(1, Images).Select(id => new CocoImage(id, $"{id}.png", Side, Side)), _classes, _objects);

    private static Rle Mask(BoxXywh box) => Rle.FromBox(box.ToBox(), Side, Side);
}
