using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Server.Models;
using Panoptes.Server.Results;

namespace Panoptes.Server.Requests;

/// <summary><c>POST /v1/segment</c>: body, turn, model, work, answer.</summary>
internal sealed partial class SegmentHandler(
    IOptions<PanoptesServerOptions> options,
    RequestReader reader,
    WorkGate gate,
    ModelHost models,
    AnswerSender answers,
    Drain drain,
    ILogger<SegmentHandler> logger)
{
    private readonly PanoptesServerOptions _options = options.Value;

    /// <summary>Answers a request.</summary>
    /// <exception cref="RequestException">It is refused, or takes too long.</exception>
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        drain.Accept(context);
        gate.ThrowIfFull();
        using RequestBody body = await reader.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        SegmentSettings settings = SegmentSettings.Parse(context.Request, body.Fields);
        HostedModel model = models.Find(settings.Model);
        if (body.Images.Count > 1 && settings.Format is ResultFormat.GeoJson or ResultFormat.Overlay or ResultFormat.Panoptic)
            throw RequestException.ForParameter("format", "this format holds one image. Send one image, or ask for json or coco.");

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        stop.CancelAfter(_options.Timeout);
        try
        {
            using ModelLease lease = await models.RentAsync(model, stop.Token).ConfigureAwait(false);
            Answer answer = await gate.RunAsync((wait, cancellation) => Work(lease, body, settings, wait, cancellation), stop.Token)
                .ConfigureAwait(false);
            return answers.Send(answer, context);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestException(504, $"The request took longer than {_options.Timeout.TotalSeconds:0.###} seconds.");
        }
    }

    private Answer Work(ModelLease lease, RequestBody body, SegmentSettings settings, TimeSpan wait, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        INetwork network = lease.Model.Network;
        ModelCard card = network.Card;
        if (settings.Format == ResultFormat.Panoptic && !card.IsPanoptic)
        {
            throw RequestException.ForParameter(
                "format", $"the model '{lease.Name}' finds instances only; 'panoptic' needs a panoptic model.");
        }

        HashSet<string>? classes = settings.Classes is { } wanted ? ClassFilter.Parse(wanted, lease.Model.Source.ClassNames) : null;
        using Segmenter segmenter = new(network, new SegmenterOptions
        {
            MinScore = settings.Score ?? _options.Score,
            Preprocessing = settings.MaxSize is { } side
                ? card.Preprocessing with { LongSide = Math.Min(side, card.Preprocessing.LongSide) }
                : null,
        });
        AnswerWriter writer = new(lease.Name, card.IsPanoptic, settings, wait);
        int instances = 0;
        foreach (UploadedImage upload in body.Images)
        {
            long begin = Stopwatch.GetTimestamp();
            Image image = Decode(upload, cancellationToken);
            TimeSpan decode = Stopwatch.GetElapsedTime(begin);
            upload.Data.Dispose(); // makes room for other bodies, and for the answer
            Segmentation segmentation = segmenter.Segment(image, cancellationToken);
            if (classes is not null) segmentation = ClassFilter.Apply(segmentation, classes);
            writer.Add(new FoundImage(upload.Name, image, segmentation, decode));
            instances += segmentation.Instances.Count;
        }

        cancellationToken.ThrowIfCancellationRequested();
        Answer answer = writer.Finish();
        LogDone(lease.Name, body.Images.Count, instances, wait.TotalMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return answer;
    }

    private Image Decode(UploadedImage upload, CancellationToken cancellationToken)
    {
        try
        {
            return Image.Decode(upload.Data.Bytes, new DecodeOptions { Limits = _options.Limits, CancellationToken = cancellationToken });
        }
        catch (InputException e)
        {
            throw RequestException.ForImage(upload.Name, e);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Segmented {Images} image(s) with {Model}: {Instances} instance(s), waited {WaitMs:0} ms, worked {WorkMs:0} ms.")]
    private partial void LogDone(string model, int images, int instances, double waitMs, double workMs);
}
