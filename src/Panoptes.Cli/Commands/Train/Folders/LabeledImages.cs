using Panoptes.Coco.Datasets;
using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>Images and their annotations in one of COCO's formats.</summary>
/// <param name="Folder">The folder of the images.</param>
/// <param name="Annotations">The JSON.</param>
/// <param name="PngFolder">The folder of a panoptic JSON's PNGs; null for instances.</param>
/// <param name="Count">How many images there are.</param>
/// <param name="MostInstances">The most instances, or segments, of one image.</param>
/// <param name="SmallObject">The thickness of a small object, as <see cref="FolderData"/> has it.</param>
internal sealed record LabeledImages(
    string Folder, string Annotations, string? PngFolder, int Count, int MostInstances, double SmallObject)
{
    /// <summary>Whether every pixel is labeled.</summary>
    public bool IsPanoptic => PngFolder is not null;

    /// <summary>The part of them that a split wrote.</summary>
    public LabeledImages Part(SplitFile file) => this with { Annotations = file.Path, Count = file.Images };

    /// <summary>The paths as a configuration has them.</summary>
    public DatasetConfig ToConfig() => new()
    {
        Images = Folder,
        Annotations = IsPanoptic ? null : Annotations,
        Panoptic = IsPanoptic ? Annotations : null,
        PanopticFolder = PngFolder,
    };
}
