namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What a dataset annotates.</summary>
public enum DatasetKind
{
    /// <summary>Objects, each with a box and mostly a mask.</summary>
    Instances,

    /// <summary>Every pixel, by a label map for each image.</summary>
    Panoptic,
}
