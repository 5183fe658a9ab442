using Microsoft.Extensions.Options;
using MinimalApi;
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

WebApplication app = builder.Build();
app.UsePanoptes();
app.MapPanoptes();

// An endpoint of the application's own, next to the service's and with its models: the photo comes back with every object in it made
// unrecognizable. What is wrong with a photo, UsePanoptes answers.
app.MapPost("/anonymize", async (
    HttpRequest request, PanoptesModels models, IOptions<PanoptesServerOptions> options, CancellationToken stop) =>
{
    DecodeOptions limits = new() { Limits = options.Value.Limits, CancellationToken = stop };
    Image photo = await Image.LoadAsync(request.Body, limits, stop);
    Segmentation found = await models.SegmentAsync(photo, cancellationToken: stop);
    return Results.Bytes(Mosaic.Over(photo, found.Instances).EncodeJpeg(), "image/jpeg");
});

app.Run();
return 0;
