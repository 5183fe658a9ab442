using Panoptes.Imaging;

namespace Panoptes.Coco.Datasets.View;

/// <summary>An image whose files are written, or what kept it from being drawn.</summary>
internal sealed record DrawnImage
{
    /// <summary>The image's place in the dataset.</summary>
    public required int Image { get; init; }

    /// <summary>The annotated objects, in the order in which they are listed.</summary>
    public required IReadOnlyList<DrawnObject> GroundTruth { get; init; }

    /// <summary>The predicted objects.</summary>
    public required IReadOnlyList<DrawnObject> Found { get; init; }

    /// <summary>The image's own size; 0x0 where it is not known.</summary>
    public required ImageSize Size { get; init; }

    /// <summary>The size it is shown in; 0x0 where it is not shown.</summary>
    public ImageSize Shown { get; init; }

    /// <summary>Why it is not shown, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>What is odd about it, or null.</summary>
    public string? Remark { get; init; }
}
