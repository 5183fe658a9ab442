using Panoptes.Coco.Formats;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>A part of a dataset, as it lies on the disk.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Format">Its format.</param>
/// <param name="Input">The file or folder that the format's reader is given.</param>
internal sealed record DatasetPart(PartKind Kind, DatasetFormat Format, string Input)
{
    /// <summary>The folder of the images, where the layout tells; null where they are looked for by their names.</summary>
    public string? Images { get; init; }

    /// <summary>The part's name inside <see cref="Input"/>, where that holds several.</summary>
    public string? Split { get; init; }
}
