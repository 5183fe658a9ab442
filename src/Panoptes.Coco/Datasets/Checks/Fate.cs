namespace Panoptes.Coco.Datasets.Checks;

/// <summary>What is left of an annotation once it is repaired.</summary>
internal enum Fate
{
    /// <summary>It could not be read, found or understood: it stays as it stands, and the check says so.</summary>
    Unusable,

    /// <summary>It can be learned and measured.</summary>
    Usable,

    /// <summary>It was understood, and there is nothing in it: no pixel, no extent.</summary>
    Nothing,
}
