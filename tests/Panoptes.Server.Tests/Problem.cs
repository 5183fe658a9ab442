using System.Net;
using System.Text.Json;

namespace Panoptes.Server.Tests;

/// <summary>An error as clients read it (RFC 9457).</summary>
internal static class Problem
{
    /// <summary>Expects a problem of a status, which tells nothing of the server's files.</summary>
    public static async Task<JsonElement> ShouldBeAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.StartsWith("https://", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetDirectoryName(TinyModels.Instances)!, text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        return problem;
    }

    /// <summary>What a problem says.</summary>
    public static string Detail(this JsonElement problem) => problem.GetProperty("detail").GetString()!;
}
