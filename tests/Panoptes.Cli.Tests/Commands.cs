namespace Panoptes.Cli.Tests;

/// <summary>Every command of the tool.</summary>
internal static class Commands
{
    public static readonly string[] All =
    [
        "demo", "train", "eval", "predict", "score instances", "dataset stats", "dataset view", "doctor", "model info", "model list",
        "config show", "config schema",
    ];
}
