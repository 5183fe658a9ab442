namespace Panoptes.Coco.Files;

/// <summary>The masks of one block of a file, as bytes one behind the other: no object for each of them.</summary>
/// <param name="expected">How many bytes may be needed; only what is needed becomes memory in use.</param>
internal sealed class MaskPack(int expected)
{
    // Doubles may lie in it.
    private const int Alignment = sizeof(double);

    /// <summary>The memory; grows.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>Bytes used.</summary>
    public int Length { get; private set; }

    /// <summary>Begins a mask and returns its place.</summary>
    public int Begin() => Length = (Length + Alignment - 1) / Alignment * Alignment;

    /// <summary>Room behind what is used.</summary>
    public Span<byte> Reserve(int length)
    {
        if (Bytes.Length < Length + length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(Length + length, Bytes.Length == 0 ? expected : 2 * Bytes.Length));
            Bytes.CopyTo(larger, 0);
            Bytes = larger;
        }

        return Bytes.AsSpan(Length, length);
    }

    /// <summary>Takes bytes written into the room behind.</summary>
    public void Advance(int length) => Length += length;

    /// <summary>Gives up everything behind a place.</summary>
    public void Truncate(int length) => Length = length;
}
