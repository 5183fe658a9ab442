namespace Panoptes.Training.Scenes;

/// <summary>A class of the drawn scenes.</summary>
/// <param name="Id">COCO category id.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsThing">True for things (counted, one mask each), false for stuff (regions).</param>
/// <param name="Supercategory">COCO's supercategory.</param>
/// <param name="Color">Red, green, blue: the class's color in panoptic images.</param>
internal sealed record SceneCategory(int Id, string Name, bool IsThing, string Supercategory, (byte R, byte G, byte B) Color);
