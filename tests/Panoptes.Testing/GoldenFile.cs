using System.Text.Json;

namespace Panoptes.Testing;

/// <summary>JSON files of expected values, in the shared data.</summary>
public static class GoldenFile
{
    /// <summary>Opens a file; skips the test where the data is missing.</summary>
    public static JsonDocument Open(string path) => JsonDocument.Parse(File.ReadAllBytes(SharedData.Require(path)));

    /// <summary>Reads a list of numbers.</summary>
    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];
}
