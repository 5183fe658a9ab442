using Microsoft.Extensions.Options;
using MinimalApi;
using Panoptes;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Server;

if (args is not [string model, .. string[] rest])
{
    Console.Error.WriteLine("usage: minimal-api MODEL.onnx [--urls URLS]");
    return 2;
}

WebApplicationBuilder builder = WebApplication.CreateBuilder(rest);
builder.Services.AddPanoptes(options => options.Models["default"] = model);
builder.Services.AddSingleton(_ => Segmenter.Load(model, new SegmenterOptions { MinScore = 0.3 }));

WebApplication app = builder.Build();
app.UsePanoptes();
app.MapPanoptes();

// An endpoint of the application's own, next to the service's: the photo comes back with every object in it made unrecognizable.
app.MapPost("/anonymize", async (
    HttpRequest request, Segmenter segmenter, IOptions<PanoptesServerOptions> options, CancellationToken stop) =>
{
    try
    {
        DecodeOptions limits = new() { Limits = options.Value.Limits, CancellationToken = stop };
        Image photo = await Image.LoadAsync(request.Body, limits, stop);
        Segmentation found = await segmenter.SegmentAsync(photo, stop);
        return Results.Bytes(Mosaic.Over(photo, found.Instances).EncodeJpeg(), "image/jpeg");
    }
    catch (InputException e)
    {
        return Results.Problem(e.Message, statusCode: 400);
    }
});

app.Run();
return 0;
