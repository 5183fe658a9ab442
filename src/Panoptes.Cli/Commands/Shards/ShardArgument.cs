using System.CommandLine;
using System.Globalization;
using Panoptes.Training.Distributed;

namespace Panoptes.Cli.Commands.Shards;

/// <summary>Reads <c>--shard</c>: <c>3/16</c>, or <c>auto</c> and <c>auto/16</c> in the tasks of an array job.</summary>
internal static class ShardArgument
{
    private const string Auto = "auto";
    private const string SlurmTask = "SLURM_ARRAY_TASK_ID";
    private const string SlurmCount = "SLURM_ARRAY_TASK_COUNT";
    private const string SlurmMin = "SLURM_ARRAY_TASK_MIN";
    private const string SlurmStep = "SLURM_ARRAY_TASK_STEP";
    private const string KubernetesIndex = "JOB_COMPLETION_INDEX";

    /// <summary>Makes the option.</summary>
    /// <param name="work">What a process does with its part of the images.</param>
    /// <param name="merge">The command that merges them.</param>
    public static Option<string?> Create(string work, string merge) => new("--shard")
    {
        Description = $"{work} only part I of N of the images, for array jobs; '{merge}' makes one result of all. In a Slurm array "
            + "auto takes both numbers from the environment, auto/N only I, as in a Kubernetes indexed job.",
        HelpName = "I/N",
    };

    /// <summary>The shard that a command line asks for; null for none.</summary>
    /// <exception cref="InputException">It is malformed, or the environment does not say which one it is.</exception>
    public static Shard? Of(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } text ? Parse(text, Environment.GetEnvironmentVariable) : null;

    /// <summary>Reads a value.</summary>
    /// <param name="text">The value.</param>
    /// <param name="variable">A variable of the environment; null where it is not set.</param>
    /// <exception cref="InputException">It is malformed, or the environment does not say which shard it is.</exception>
    public static Shard Parse(string text, Func<string, string?> variable)
    {
        string[] parts = text.Split('/');
        int? count = parts.Length == 2 ? Number(parts[1]) : null;
        bool known = parts.Length == 1 ? parts[0] == Auto : parts.Length == 2 && count is >= 1 and <= Shard.MaxCount;
        if (!known) throw Malformed(text);
        if (parts[0] == Auto) return FromEnvironment(text, count, variable);
        return Number(parts[0]) is { } number && number >= 1 && number <= count ? new Shard(number, count.Value) : throw Malformed(text);
    }

    private static Shard FromEnvironment(string text, int? count, Func<string, string?> variable)
    {
        if (variable(SlurmTask) is not null)
        {
            int task = Required(SlurmTask);
            return count is { } known ? Numbered(known, task, 1, $"{SlurmTask} is {task}", "--array=1-") : FromArray(task);
        }

        if (variable(KubernetesIndex) is null)
        {
            throw Refuse(text, $"the environment has neither {SlurmTask} nor {KubernetesIndex}; give I/N, such as 3/16");
        }

        int index = Required(KubernetesIndex);
        return count is { } completions
            ? Numbered(completions, index, 0, $"{KubernetesIndex} is {index}", "completions: ")
            : throw Refuse(text, $"{KubernetesIndex} is {index}, but says not of how many; give auto/N, N being the job's completions");

        int Required(string name) => Number(variable(name) ?? "")
            ?? throw Refuse(text, $"{name} is '{variable(name)}'; a whole number is needed");

        Shard Numbered(int of, int place, int first, string says, string setting) => place >= first && place < first + of
            ? new Shard(place - first + 1, of)
            : throw Refuse(text, $"{says}; it must be {first} to {first + of - 1} ({setting}{of})");

        Shard FromArray(int task)
        {
            int all = Required(SlurmCount), min = Required(SlurmMin), step = Number(variable(SlurmStep) ?? "") ?? 1;
            long place = (task - (long)min) / Math.Max(step, 1);
            return all is >= 1 and <= Shard.MaxCount && place >= 0 && place < all && min + (place * step) == task
                ? new Shard((int)place + 1, all)
                : throw Refuse(
                    text,
                    $"{SlurmTask} is {task}, {SlurmMin} {min} and {SlurmCount} {all}: the array has gaps; use auto/N with --array=1-N");
        }
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static InputException Malformed(string text) => Refuse(
        text, $"allowed are I/N (1/16 to 16/16, N up to {Shard.MaxCount}), auto (a Slurm array) and auto/N (that or a Kubernetes indexed job)");

    private static InputException Refuse(string text, string problem) => InputException.ForSetting($"--shard {text}", problem);
}
