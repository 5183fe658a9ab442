using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>An annotation as it stands in the file, right or wrong.</summary>
internal sealed class ObjectDraft
{
    public Loose<long> Id { get; set; }

    public Loose<long> ImageId { get; set; }

    public Loose<long> CategoryId { get; set; }

    public Loose<BoxXywh> Box { get; set; }

    public Loose<double> Area { get; set; }

    public Loose<bool> IsCrowd { get; set; }

    /// <summary>Whether <c>iscrowd</c> holds a number other than 0 and 1.</summary>
    public bool IsCrowdLike { get; set; }

    public MaskDraft Mask { get; } = new();

    /// <summary>Forgets everything, to be used for the next annotation.</summary>
    public void Clear()
    {
        (Id, ImageId, CategoryId, Box, Area, IsCrowd, IsCrowdLike) = (default, default, default, default, default, default, false);
        Mask.Clear();
    }
}
