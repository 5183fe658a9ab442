using System.Net;
using System.Text.Json;

namespace Panoptes.Server.Tests;

/// <summary>Images in, what was found out.</summary>
public class SegmentTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_is_answered_with_its_objects()
    {
        await using TestService service = await TestService.StartAsync();

        HttpResponseMessage response = await service.Client.PostAsync("/v1/segment", new ByteArrayContent(TinyModels.Photo()), Stop);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal("tiny", answer.GetProperty("model").GetString());
        JsonElement image = answer.GetProperty("images")[0];
        Assert.Equal((96, 64), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        Assert.NotEmpty(image.GetProperty("objects").EnumerateArray());
    }
}
