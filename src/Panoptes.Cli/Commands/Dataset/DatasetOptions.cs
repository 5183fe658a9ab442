using System.CommandLine;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary>Options that several commands for datasets have.</summary>
internal static class DatasetOptions
{
    /// <summary><c>--annotations</c>: the dataset to work on.</summary>
    public static Option<string> Annotations() => new("--annotations")
    {
        Description = "The dataset: a COCO instance or panoptic JSON.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary><c>--output</c>: the dataset to write.</summary>
    public static Option<string> Output() => new("--output")
    {
        Description = "The JSON to write; never the dataset itself.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary><c>--seed</c>: which images are chosen.</summary>
    public static Option<long> Seed() => new("--seed")
    {
        Description = "The seed of the choice of images: the same number gives the same images on every machine.",
        HelpName = "N",
    };

    /// <summary><c>--strict</c>: nothing is skipped.</summary>
    public static Option<bool> Strict() => new("--strict")
    {
        Description = "Stop at an annotation of an unknown image or class; otherwise it is skipped, counted and named.",
    };

    /// <summary>The names that an option lists with commas between them; null where it is not given.</summary>
    public static string[]? NamesOf(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
