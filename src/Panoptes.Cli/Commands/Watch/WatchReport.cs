namespace Panoptes.Cli.Commands.Watch;

/// <summary>What <c>panoptes watch --json</c> prints once the page is there.</summary>
/// <param name="Urls">Its addresses.</param>
/// <param name="Runs">The folders that are watched, absolute.</param>
internal sealed record WatchReport(IReadOnlyList<string> Urls, IReadOnlyList<string> Runs);
