namespace Panoptes.Training.Scenes;

/// <summary>One half of a drawn dataset.</summary>
/// <param name="Folder">The dataset's folder.</param>
/// <param name="Name"><c>train</c> or <c>val</c>.</param>
internal sealed record SceneSplit(string Folder, string Name)
{
    /// <summary>Folder of the images (JPEG).</summary>
    public string Images => Path.Combine(Folder, Name);

    /// <summary>COCO instance annotations.</summary>
    public string Annotations => Path.Combine(Folder, $"instances_{Name}.json");

    /// <summary>COCO panoptic annotations.</summary>
    public string Panoptic => Path.Combine(Folder, $"panoptic_{Name}.json");

    /// <summary>Folder of the panoptic PNGs.</summary>
    public string PanopticFolder => Path.Combine(Folder, $"panoptic_{Name}");

    /// <summary>File name of an image, without its folder.</summary>
    internal static string ImageName(int index) => $"{index:D6}.jpg";

    /// <summary>File name of a panoptic PNG, without its folder.</summary>
    internal static string PanopticName(int index) => $"{index:D6}.png";
}
