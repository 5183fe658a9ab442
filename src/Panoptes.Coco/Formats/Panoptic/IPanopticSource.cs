using Panoptes.Coco.Files;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>
/// A panoptic dataset whose labels are read image by image, so that there are never more in memory than are worked on.
/// </summary>
internal interface IPanopticSource
{
    /// <summary>How many images there are.</summary>
    int Count { get; }

    /// <summary>The classes by ascending id.</summary>
    IReadOnlyList<PanopticCategory> Categories { get; }

    /// <summary>Reads an image; called from several threads.</summary>
    /// <exception cref="InputException">A file is missing or malformed, or labels and segments do not belong together.</exception>
    PanopticScene Read(int index);
}
