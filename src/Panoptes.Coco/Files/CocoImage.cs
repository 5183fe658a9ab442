using System.Globalization;

namespace Panoptes.Coco.Files;

/// <summary>An image of a COCO dataset.</summary>
/// <param name="Id">The image's id in the file, or <see cref="CocoId.Of"/> it where it is a text.</param>
/// <param name="FileName">The image's file, relative to the folder of images; the end of <c>coco_url</c> where the JSON has no file_name
/// (LVIS), empty where it has neither. <see cref="DatasetPath.Resolve"/> finds it.</param>
/// <param name="Width">Width in pixels; 0 where the JSON states none and no mask needs it.</param>
/// <param name="Height">Height in pixels; 0 where the JSON states none and no mask needs it.</param>
public sealed record CocoImage(long Id, string FileName, int Width, int Height)
{
    /// <summary>
    /// The id as it stands in the file where it is a text, which <see cref="Id"/> then stands for; null where it is an integer.
    /// </summary>
    public string? IdText { get; init; }

    /// <summary>What annotators looked for, where the dataset says so (LVIS); null elsewhere.</summary>
    public FederatedLabels? Federated { get; init; }

    /// <summary>The id as it stands in the file.</summary>
    internal string IdAsWritten => IdText ?? Id.ToString(CultureInfo.InvariantCulture);
}
