using Panoptes.Inference.Panoptic;

namespace Panoptes.Coco;

/// <summary>Writes panoptic results: a JSON, and PNGs in the folder beside it that has its name.</summary>
public sealed class PanopticResultWriter
{
    /// <summary>Begins.</summary>
    public PanopticResultWriter(string jsonPath, IReadOnlyList<PanopticCategory> categories) => (_, _) = (jsonPath, categories);

    /// <summary>Adds a picture.</summary>
    public void Add(long imageId, string fileName, PanopticSegmentation segmentation) => throw new NotSupportedException();

    /// <summary>Writes the JSON.</summary>
    public void Complete() => throw new NotSupportedException();
}
