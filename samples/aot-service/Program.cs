using AotService;
using Panoptes;
using Panoptes.Imaging;
using Panoptes.Inference;

if (args is not [string model, .. string[] rest])
{
    Console.Error.WriteLine("usage: aot-service MODEL.onnx [--urls URLS]");
    return 2;
}

using Segmenter segmenter = Segmenter.Load(model, new SegmenterOptions { MinScore = 0.3 });
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(rest);
builder.Services.AddProblemDetails();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ServiceJson.Default));
WebApplication app = builder.Build();

// Decoding and the network take what memory there is: two at a time, and no image of more pixels than a camera makes.
SemaphoreSlim places = new(2);
DecodeOptions limits = new() { MaxPixels = 50_000_000 };

app.MapPost("/segment", async Task<IResult> (HttpRequest request, CancellationToken stop) =>
{
    await places.WaitAsync(stop);
    try
    {
        Image image = await Image.LoadAsync(request.Body, limits, stop);
        Segmentation found = await segmenter.SegmentAsync(image, stop);
        return TypedResults.Ok(FoundObjects.Of(found));
    }
    catch (InputException e)
    {
        return TypedResults.Problem(e.Message, statusCode: 400);
    }
    finally
    {
        places.Release();
    }
});

app.Run();
return 0;
