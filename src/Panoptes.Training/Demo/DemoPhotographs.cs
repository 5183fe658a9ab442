using Panoptes.Training.Configuration;

namespace Panoptes.Training.Demo;

/// <summary>Photographs for a demo, with their outlines in COCO's format.</summary>
/// <param name="Folder">
/// The folder: <c>train.json</c> with the images in <c>train</c>, and <c>val.json</c> with others in <c>val</c>.
/// </param>
public sealed record DemoPhotographs(string Folder)
{
    /// <summary>The photographs to train on.</summary>
    public DatasetConfig Train => Part("train");

    /// <summary>The photographs to evaluate on and to show.</summary>
    public DatasetConfig Val => Part("val");

    private DatasetConfig Part(string name) => new()
    {
        Images = Path.Combine(Path.GetFullPath(Folder), name),
        Annotations = Path.Combine(Path.GetFullPath(Folder), name + ".json"),
    };
}
