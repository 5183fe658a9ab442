using System.CommandLine;
using System.CommandLine.Completions;
using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Commands.Config;

/// <summary>The arguments with which commands name a configuration.</summary>
internal static class ConfigArguments
{
    /// <summary><c>CONFIG</c>: a file, or the name of a shipped configuration.</summary>
    public static Argument<string> File()
    {
        Argument<string> file = new("CONFIG")
        {
            HelpName = "CONFIG", // without one, the help lists all that a shell would complete
            Description = "A YAML file, or the name of a shipped configuration (see 'panoptes model list').",
        };
        file.CompletionSources.Add(_ => Names());
        return file;
    }

    /// <summary><c>key=value ...</c>: what to change in it.</summary>
    public static Argument<string[]> Overrides()
    {
        Argument<string[]> overrides = new("key=value")
        {
            HelpName = "key=value",
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Settings that override the file, such as schedule.iterations=1000 or input.short_side=[640, 800].",
        };
        overrides.CompletionSources.Add(context => Settings(context.WordToComplete));
        return overrides;
    }

    /// <summary>The names of shipped configurations, for a shell to complete; those of networks in their short form.</summary>
    public static IEnumerable<CompletionItem> Names() => ShippedConfigs.Names()
        .Select(name => new CompletionItem(name.StartsWith("models/", StringComparison.Ordinal) ? name["models/".Length..] : name));

    /// <summary>The keys, each with its <c>=</c>; behind one, the words that it takes.</summary>
    private static IEnumerable<CompletionItem> Settings(string typed) => typed.Contains('=')
        ? ConfigSchema.Keys()
            .Where(key => typed.StartsWith(key.Name + "=", StringComparison.Ordinal))
            .SelectMany(key => key.Words.Select(word => new CompletionItem($"{key.Name}={word}")))
        : ConfigSchema.Keys().Select(key => new CompletionItem(key.Name + "="));
}
