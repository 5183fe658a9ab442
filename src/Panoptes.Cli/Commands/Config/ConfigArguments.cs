using System.CommandLine;

namespace Panoptes.Cli.Commands.Config;

/// <summary>The arguments with which commands name a configuration.</summary>
internal static class ConfigArguments
{
    /// <summary><c>CONFIG</c>: a file, or the name of a shipped configuration.</summary>
    public static Argument<string> File() => new("CONFIG")
    {
        Description = "A YAML file, or the name of a shipped configuration (see 'panoptes model list').",
    };

    /// <summary><c>key=value ...</c>: what to change in it.</summary>
    public static Argument<string[]> Overrides() => new("key=value")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Settings laid over the file, such as schedule.iterations=1000 or input.short_side=[640, 800].",
    };
}
