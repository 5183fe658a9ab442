using System.Globalization;
using System.Text.Json;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Output;

/// <summary>The result of <c>train --dry-run</c>, as JSON for scripts and as text for people.</summary>
internal static class DryRunOutput
{
    /// <summary>Writes one object.</summary>
    public static void WriteJson(Utf8JsonWriter json, DryRunResult result)
    {
        json.WriteStartObject();
        json.WriteBoolean("dry_run"u8, true);
        json.WriteNumber("images"u8, result.Setup.Images);
        if (result.Setup.Instances is { } instances) json.WriteNumber("instances"u8, instances);
        json.WriteNumber("classes"u8, result.Setup.Classes);
        json.WriteNumber("parameters"u8, result.Setup.Parameters);
        json.WriteNumber("iterations"u8, result.Iterations);
        json.WriteNumber("seconds_per_step"u8, result.Step.TotalSeconds);
        json.WriteNumber("images_per_second"u8, result.ImagesPerSecond);
        json.WriteNumber("peak_memory_mib"u8, Math.Round(result.PeakMemoryMiB, 1));
        json.WriteStartObject("seconds"u8);
        json.WriteNumber("train"u8, Math.Round(result.Training.TotalSeconds, 1));
        json.WriteNumber("eval"u8, Math.Round(result.Evaluation.TotalSeconds, 1));
        json.WriteNumber("total"u8, Math.Round(result.Total.TotalSeconds, 1));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes what would be trained, and what it would take.</summary>
    public static void WriteText(TextWriter output, DryRunResult result)
    {
        foreach (string line in SetupText.Of(result.Setup)) output.WriteLine(line);
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"step     {result.Step.TotalSeconds:0.00} s, {result.ImagesPerSecond:0.0} images/s"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory   {result.PeakMemoryMiB:N0} MiB at the peak"));
        output.WriteLine($"train    about {WorkProgress.Duration(result.Training)} for {result.Iterations} iterations");
        if (result.Setup.ValidationImages is not null) output.WriteLine($"evaluate about {WorkProgress.Duration(result.Evaluation)}");
        output.WriteLine($"in all   about {WorkProgress.Duration(result.Total)}; nothing was written");
    }
}
