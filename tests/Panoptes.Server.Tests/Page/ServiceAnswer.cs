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
        using MultipartFormDataContent form = [];
        form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(file, stop)), "image", Path.GetFileName(file));
        HttpResponseMessage response = await service.Client.PostAsync($"/v1/segment?model={model}&{query}", form, stop);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop)).RootElement;
    }

    /// <summary>The objects of the first image, from a score on; the least is the page's.</summary>
    public static async Task<JsonElement[]> ObjectsAsync(TestService service, string model, string file, double least = 0.05)
    {
        JsonElement answer = await AskAsync(service, model, file, "masks=rle&score=0.05");
        // Stuff has no score.
        return
        [
            .. answer.GetProperty("images")[0].GetProperty("objects").EnumerateArray()
                .Where(o => o.GetProperty("score").ValueKind == JsonValueKind.Null || Score(o) >= least),
        ];
    }

    public static double Score(JsonElement found) => found.GetProperty("score").GetDouble();

    public static Rle Mask(JsonElement found)
    {
        JsonElement rle = found.GetProperty("rle");
        JsonElement size = rle.GetProperty("size");
        return Rle.Parse(rle.GetProperty("counts").GetString(), size[0].GetInt32(), size[1].GetInt32());
    }
}
