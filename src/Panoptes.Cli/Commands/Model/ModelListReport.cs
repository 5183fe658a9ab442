namespace Panoptes.Cli.Commands.Model;

/// <summary>The JSON of <c>panoptes model list</c>.</summary>
/// <param name="Models">Trained models, by name.</param>
/// <param name="Configurations">All configurations, by name.</param>
internal sealed record ModelListReport(IReadOnlyList<ModelListEntry> Models, IReadOnlyList<ModelListEntry> Configurations);
