namespace AotService;

/// <summary>An object.</summary>
/// <param name="Class">The name of its class.</param>
/// <param name="Score">0..1.</param>
/// <param name="Area">The mask's pixels.</param>
/// <param name="Counts">The mask as COCO's compressed run lengths.</param>
internal sealed record FoundObject(string Class, float Score, long Area, string Counts);
