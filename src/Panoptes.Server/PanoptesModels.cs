using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Server.Models;
using Panoptes.Server.Requests;

namespace Panoptes.Server;

/// <summary>
/// The service's models, for endpoints of the application's own: loaded once, replaced when their file is, and used in turn with the
/// requests to <c>/v1/segment</c>. A service of the application from <see cref="PanoptesServerExtensions.AddPanoptes"/> on.
/// </summary>
/// <example><code>
/// app.MapPost("/count", async (HttpRequest request, PanoptesModels models, CancellationToken stop) =>
/// {
///     Image photo = await Image.LoadAsync(request.Body, cancellationToken: stop);
///     Segmentation found = await models.SegmentAsync(photo, "person", stop);
///     return found.Instances.Count;
/// });
/// </code></example>
public sealed class PanoptesModels
{
    private readonly ModelHost _models;
    private readonly WorkGate _gate;
    private readonly PanoptesServerOptions _options;

    internal PanoptesModels(ModelHost models, WorkGate gate, IOptions<PanoptesServerOptions> options) =>
        (_models, _gate, _options) = (models, gate, options.Value);

    /// <summary>The names of all models, in alphabetical order.</summary>
    public IReadOnlyList<string> Names => [.. _models.All.Select(model => model.Name)];

    /// <summary>Finds an image's objects, with the minimum score of the options.</summary>
    /// <param name="image">The image.</param>
    /// <param name="model">The model's name; null for the default one.</param>
    /// <param name="cancellationToken">Gives the turn back, or ends the work.</param>
    /// <exception cref="BadHttpRequestException">
    /// The model is unknown (404), the queue is full (429), or the model cannot be loaded now (503). <c>UsePanoptes</c> makes such an
    /// answer of it.
    /// </exception>
    public async Task<Segmentation> SegmentAsync(Image image, string? model = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using ModelLease lease = await _models.RentAsync(_models.Find(model), cancellationToken).ConfigureAwait(false);
        return await _gate.RunAsync(
            (_, stop) =>
            {
                using Segmenter segmenter = new(lease.Model.Network, new SegmenterOptions { MinScore = _options.Score });
                return segmenter.Segment(image, stop);
            },
            cancellationToken).ConfigureAwait(false);
    }
}
