namespace Panoptes;

/// <summary>One tensor of a safetensors file, as the header describes it.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Format">The element type in the format's own words.</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Offset">Where the elements begin, in bytes from the start of the file.</param>
/// <param name="Length">Bytes of all elements.</param>
internal sealed record SafetensorsPart(string Name, string Format, IReadOnlyList<long> Shape, long Offset, long Length);
