using Panoptes.Masks;

namespace Panoptes.Inference.Panoptic;

/// <summary>Functions over an image that are known at the nodes of a coarse grid and bilinear between them.</summary>
internal interface IFields
{
    /// <summary>Number of fields.</summary>
    int Count { get; }

    /// <summary>The pixels of the image at which a field counts.</summary>
    PixelBounds AreaOf(int field);

    /// <summary>A reader of the nodes, for one thread.</summary>
    IFieldReader Open();
}
