using System.Text.Json;

namespace Panoptes.Cli.Tests;

/// <summary>What a command line left behind.</summary>
internal sealed record ToolResult(int Code, string Output, string Error)
{
    /// <summary>Stdout as the one JSON object that <c>--json</c> promises; fails if there is anything else on it.</summary>
    public JsonElement Json()
    {
        using JsonDocument document = JsonDocument.Parse(Output);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        return document.RootElement.Clone();
    }

    /// <summary>Asserts an exit code, silence on stdout, and one line on stderr that holds each of some texts.</summary>
    public void ShouldFailWith(int code, params string[] texts)
    {
        Assert.Equal(code, Code);
        Assert.Empty(Output);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(texts, text => Assert.Contains(text, line, StringComparison.Ordinal));
    }
}
