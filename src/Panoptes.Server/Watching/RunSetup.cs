using System.Text.Json;

namespace Panoptes.Server.Watching;

/// <summary>How a run was set up: its config.json and env.json.</summary>
internal sealed class RunSetup
{
    private RunSetup(long version, JsonElement? config, JsonElement? environment) =>
        (Version, Config, Environment) = (version, config, environment);

    /// <summary>Changes with the files.</summary>
    public long Version { get; }

    /// <summary>The whole configuration; null where it cannot be read.</summary>
    public JsonElement? Config { get; }

    /// <summary>Versions, machine, command line; null where they cannot be read.</summary>
    public JsonElement? Environment { get; }

    /// <summary>The method that is trained.</summary>
    public string? Method => Text(Config, "model", "method");

    /// <summary>The device that trains.</summary>
    public string? Device => Text(Environment, "device");

    /// <summary>When the run was started, in a form that sorts by time.</summary>
    public string? Started => Text(Environment, "started");

    /// <summary>Iterations to make.</summary>
    public int? Iterations => Number(Config, "schedule", "iterations") is { } iterations ? (int)iterations : null;

    /// <summary>Minutes that the run may take.</summary>
    public double? Minutes => Number(Config, "schedule", "minutes");

    /// <summary>Reads the files where they changed.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="known">What was read before.</param>
    public static RunSetup Read(string folder, RunSetup? known)
    {
        string config = Path.Combine(folder, "config.json"), environment = Path.Combine(folder, "env.json");
        long ticks = Math.Max(File.GetLastWriteTimeUtc(config).Ticks, File.GetLastWriteTimeUtc(environment).Ticks);
        long version = ticks / TimeSpan.TicksPerMillisecond; // an integer that JavaScript holds exactly
        return version == known?.Version ? known : new RunSetup(version, Parse(config), Parse(environment));
    }

    private static JsonElement? Parse(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // written by something else, or not there; the run's figures are shown all the same
        }
    }

    private static string? Text(JsonElement? root, params ReadOnlySpan<string> keys) =>
        Find(root, keys) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static double? Number(JsonElement? root, params ReadOnlySpan<string> keys) =>
        Find(root, keys) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static JsonElement? Find(JsonElement? element, ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (element is not { ValueKind: JsonValueKind.Object } parent) return null;
            if (!parent.TryGetProperty(key, out JsonElement child)) return null;
            element = child;
        }

        return element;
    }
}
