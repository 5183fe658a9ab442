using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Panoptes.Server.Models;

/// <summary>Starts the models with the application, and looks for replaced files while it runs.</summary>
internal sealed class ModelService(ModelHost models, IOptions<PanoptesServerOptions> options) : BackgroundService
{
    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await models.StartAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ReloadInterval <= TimeSpan.Zero) return;
        using PeriodicTimer timer = new(options.Value.ReloadInterval);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            await models.LookForReplacedFilesAsync(stoppingToken).ConfigureAwait(false);
        }
    }
}
