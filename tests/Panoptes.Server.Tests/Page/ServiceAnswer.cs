using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Server.Tests.Page;

/// <summary>What the service itself says of an image, to hold the page against.</summary>
internal static class ServiceAnswer
{
    /// <summary>Asks the service, without the page.</summary>
    public static async Task<JsonElement> AskAsync(TestService service, string model, string file, string query)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using MultipartFormDataContent form = new() { { new ByteArrayContent(await File.ReadAllBytesAsync(file, stop)), "image", Path.GetFileName(file) } };
        HttpResponseMessage response = await service.Client.PostAsync($"/v1/segment?model={model}&{query}", form, stop);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop)).RootElement;
    }

    /// <summary>The objects of the first image above the page's lowest score.</summary>
    public static async Task<JsonElement[]> ObjectsAsync(TestService service, string model, string file)
    {
        JsonElement answer = await AskAsync(service, model, file, "masks=rle&score=0.05");
        return [.. answer.GetProperty("images")[0].GetProperty("objects").EnumerateArray()];
    }

    public static double Score(JsonElement found) => found.GetProperty("score").GetDouble();

    public static Rle Mask(JsonElement found)
    {
        JsonElement rle = found.GetProperty("rle");
        return Rle.Parse(rle.GetProperty("counts").GetString(), rle.GetProperty("size")[0].GetInt32(), rle.GetProperty("size")[1].GetInt32());
    }
}
