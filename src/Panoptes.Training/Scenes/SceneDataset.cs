namespace Panoptes.Training.Scenes;

/// <summary>Where the parts of a drawn dataset lie, in COCO's formats.</summary>
/// <param name="Folder">The folder of everything.</param>
internal sealed record SceneDataset(string Folder)
{
    /// <summary>The scenes to train on.</summary>
    public SceneSplit Train => new(Folder, "train");

    /// <summary>The scenes to evaluate on, none of which is among those to train on.</summary>
    public SceneSplit Val => new(Folder, "val");

    /// <summary>States what the dataset was drawn with; written last, so it tells a complete dataset.</summary>
    internal string ManifestPath => Path.Combine(Folder, "scenes.json");
}
