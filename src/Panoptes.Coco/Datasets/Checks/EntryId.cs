namespace Panoptes.Coco.Datasets.Checks;

/// <summary>The id of an image or a class as it was read.</summary>
/// <param name="Value">The integer, or the one that stands for a text (<see cref="Files.CocoId"/>); null where there is neither.</param>
/// <param name="Text">The id where it is a text.</param>
internal readonly record struct EntryId(long? Value, string? Text)
{
    /// <summary>The id as messages show it.</summary>
    public override string ToString() => Text ?? Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "without id";
}
