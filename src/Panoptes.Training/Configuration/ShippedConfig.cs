
namespace Panoptes.Training.Configuration;

/// <summary>One configuration that comes with the library and can be trained.</summary>
/// <param name="Name">Its name, such as <c>models/embedmask_r50_fpn_1x</c>.</param>
/// <param name="Group">The group that it belongs to.</param>
/// <param name="Path">Its file.</param>
/// <param name="Description">One line: the comment at the head of the file, or what the configuration says of itself.</param>
/// <param name="Config">Its content.</param>
public sealed record ShippedConfig(string Name, string Group, string Path, string Description, PanoptesConfig Config);
