namespace Panoptes.Coco;

/// <summary>A picture of a COCO data set.</summary>
/// <param name="Id">The picture's id in the file.</param>
/// <param name="FileName">The picture's file, relative to the folder of pictures; empty where the JSON names none.</param>
/// <param name="Width">Width in pixels; 0 where the JSON states none and no mask needs it.</param>
/// <param name="Height">Height in pixels; 0 where the JSON states none and no mask needs it.</param>
public sealed record CocoImage(long Id, string FileName, int Width, int Height)
{
    /// <summary>What annotators looked for, where the data set says so (LVIS); null elsewhere.</summary>
    public FederatedLabels? Federated { get; init; }
}
