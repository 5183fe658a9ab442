using Microsoft.Extensions.Hosting;

namespace Panoptes.Cli.Commands.Serve;

/// <summary>Leaves signals to the tool, which tells the service to stop.</summary>
internal sealed class ToolLifetime : IHostLifetime
{
    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
