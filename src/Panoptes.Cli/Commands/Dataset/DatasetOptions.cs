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
}
