namespace Panoptes.Cli.Commands.Serve;

/// <summary>What <c>panoptes serve --json</c> prints once the service listens.</summary>
/// <param name="Urls">Its addresses.</param>
/// <param name="Models">The models' names; the first one answers requests that name none.</param>
internal sealed record ServeReport(IReadOnlyList<string> Urls, IReadOnlyList<string> Models);
