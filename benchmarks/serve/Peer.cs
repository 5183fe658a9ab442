using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Benchmarks.Serve;

/// <summary>
/// What anyone would write first: an endpoint that decodes the image, resizes and normalizes it, and runs ONNX Runtime. It answers with the best
/// score of each level; it decodes no boxes and no masks, so it does less than the service.
/// </summary>
internal static class Peer
{
    public static void Run(string model, string url)
    {
        PreprocessingOptions preprocessing = ModelCard.Load(model).Preprocessing;
        InferenceSession session = new(model);
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.MapGet("/healthz", () => "ok");
        app.MapPost("/segment", async (HttpRequest request) =>
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body);
            Image image = Image.Decode(body.ToArray());
            (int width, int height) = preprocessing.TargetSize(image.Width, image.Height);
            Image resized = image.Resize(width, height);
            int paddedWidth = preprocessing.PaddedLength(width), paddedHeight = preprocessing.PaddedLength(height);
            float[] input = new float[3 * paddedWidth * paddedHeight];
            for (int y = 0; y < height; y++)
            {
                ReadOnlySpan<byte> row = resized.Row(y);
                for (int x = 0; x < width; x++)
                {
                    for (int c = 0; c < 3; c++)
                        input[(((c * paddedHeight) + y) * paddedWidth) + x] = (row[(3 * x) + c] - preprocessing.Mean[c]) / preprocessing.Std[c];
                }
            }

            using OrtValue tensor = OrtValue.CreateTensorValueFromMemory(input, [1, 3, paddedHeight, paddedWidth]);
            using RunOptions options = new();
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [tensor], session.OutputNames);
            Dictionary<string, float> best = [];
            for (int i = 0; i < outputs.Count; i++)
            {
                if (!session.OutputNames[i].StartsWith("class_logits", StringComparison.Ordinal)) continue;
                float most = float.MinValue;
                foreach (float logit in outputs[i].GetTensorDataAsSpan<float>()) most = Math.Max(most, logit);
                best[session.OutputNames[i]] = most;
            }

            return best;
        });
        app.Run();
    }
}
