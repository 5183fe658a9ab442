using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>An object of an <see cref="InstanceTable"/>.</summary>
/// <param name="Id">The annotation's id.</param>
/// <param name="Image">Its image's place in the table.</param>
/// <param name="Category">Its class's place in the table.</param>
/// <param name="Bbox">Its box.</param>
/// <param name="Area">Its area as stated, in square pixels.</param>
/// <param name="IsCrowd">Whether it is a crowd.</param>
/// <param name="Mask">Its mask, if there is one.</param>
internal readonly record struct InstanceRow(
    long Id, int Image, int Category, BoxXywh Bbox, double Area, bool IsCrowd, StoredMask Mask);
