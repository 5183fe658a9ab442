namespace Panoptes.Cli.Commands.Model;

/// <summary>The JSON of <c>panoptes model list</c>.</summary>
/// <param name="Configurations">All, by name.</param>
internal sealed record ModelListReport(IReadOnlyList<ModelListEntry> Configurations);
