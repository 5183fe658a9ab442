using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Commands.Train;

/// <summary>The configuration of a run, from what stands on the command line.</summary>
internal static class RunConfig
{
    /// <summary>
    /// What a resumed run may change: how long it goes on, where its data and its computing take place, what is watched. All else
    /// would make it another run.
    /// </summary>
    private static readonly string[] s_changeable =
    [
        "schedule.iterations", "schedule.minutes", "data.train.images", "data.train.annotations", "data.train.panoptic", "data.val.",
        "data.workers", "data.prefetch", "evaluation.", "checkpoint.", "logging.", "threads", "precision",
    ];

    /// <summary>The configuration of a new run.</summary>
    /// <param name="config">The file or the shipped name; null where none was given.</param>
    /// <param name="overrides">The <c>key=value</c> arguments.</param>
    /// <exception cref="InputException">There is none, or a key or value is wrong.</exception>
    public static PanoptesConfig ForNewRun(string? config, IReadOnlyList<string> overrides) => config is null
        ? throw InputException.ForSetting(
            null,
            "give a configuration (a YAML file, or a name that 'panoptes model list' prints), or a folder of labeled images")
        : ShippedConfigs.Load(config, overrides);

    /// <summary>
    /// The configuration with which a run goes on: its own, with the arguments laid over it. A configuration that is given all the
    /// same must be the run's: it is not needed, and must not be thought to count.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="config">The file or the shipped name; null where none was given.</param>
    /// <param name="overrides">The <c>key=value</c> arguments.</param>
    /// <exception cref="InputException">Something differs that a run cannot change.</exception>
    public static PanoptesConfig ForResumedRun(RunFolder run, string? config, IReadOnlyList<string> overrides)
    {
        PanoptesConfig own = run.LoadConfig();
        PanoptesConfig resumed = ConfigLoader.Load(run.ConfigFile, overrides);
        if (config is not null
            && ConfigChange.Between(resumed, ShippedConfigs.Load(config, overrides)) is [ConfigChange other, ..])
        {
            throw InputException.ForSetting(
                "--resume",
                $"{config} says {other.Key}={other.After}, the run in {run.Path} has {other.Before}; "
                + "omit the configuration; a run continues with its own");
        }

        ConfigChange? wrong = ConfigChange.Between(own, resumed).FirstOrDefault(change => !s_changeable.Any(change.Key.StartsWith));
        return wrong is null
            ? resumed
            : throw InputException.ForSetting(
                "--resume",
                $"{wrong.Key} is {wrong.Before} in this run and cannot become {wrong.After}; a resumed run may change "
                + string.Join(", ", s_changeable.Select(key => key.EndsWith('.') ? key + "*" : key)));
    }
}
