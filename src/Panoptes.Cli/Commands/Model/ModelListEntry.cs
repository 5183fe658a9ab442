namespace Panoptes.Cli.Commands.Model;

/// <summary>One line of <c>panoptes model list</c>.</summary>
/// <param name="Name">What <c>panoptes train</c>, and for a trained model <c>--model</c>, takes for it.</param>
/// <param name="Group">The group that it is listed in: trained, models, recipes, demo, papers.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Description">One line about it.</param>
internal sealed record ModelListEntry(string Name, string Group, string File, string Description);
