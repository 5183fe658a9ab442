using System.CommandLine;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary>Options that several commands for data sets have.</summary>
internal static class DatasetOptions
{
    /// <summary><c>--annotations</c>: the data set to work on.</summary>
    public static Option<string> Annotations() => new("--annotations")
    {
        Description = "The data set: a COCO instance or panoptic JSON.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary><c>--output</c>: the data set to write.</summary>
    public static Option<string> Output() => new("--output")
    {
        Description = "The JSON to write; never the data set itself.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary><c>--seed</c>: which pictures are chosen.</summary>
    public static Option<long> Seed() => new("--seed")
    {
        Description = "Another number gives another choice of pictures; the same number the same, on every machine.",
        HelpName = "N",
    };

    /// <summary>The names that an option lists with commas between them; null where it is not given.</summary>
    public static string[]? NamesOf(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
