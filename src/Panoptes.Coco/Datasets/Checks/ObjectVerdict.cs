using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>
/// What is known of an annotation once it is checked by itself; small, for there is one for each. The default is that of an element that is
/// not an object.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Image">The place of its image in <c>images</c>; null where it has none.</param>
/// <param name="Fate">What is left of it once it is repaired.</param>
/// <param name="IsCrowd">Whether it is a crowd.</param>
/// <param name="Fingerprint">The same for objects with the same image, class and mask; 0 where there is nothing to compare.</param>
internal readonly record struct ObjectVerdict(Loose<long> Id, int? Image, Fate Fate, bool IsCrowd, UInt128 Fingerprint)
{
    /// <summary>
    /// Whether both are of the same annotation. What stands in place of a value does not matter: a copy has null for NaN.
    /// </summary>
    public bool IsOfSame(ObjectVerdict other) => this with { Id = default } == other with { Id = default } && Id.Value == other.Id.Value;
}
