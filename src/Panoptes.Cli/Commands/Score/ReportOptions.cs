using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Reports;

namespace Panoptes.Cli.Commands.Score;

/// <summary>The options of both score commands that look behind the figures.</summary>
internal sealed class ReportOptions
{
    public Option<string?> Report { get; } = new("--report")
    {
        Description = "Write a page with an error analysis: error types with their cost, classes, confusions, the worst images.",
        HelpName = "FILE.html",
    };

    public Option<string?> Images { get; } = new("--images")
    {
        Description = "The folder of the images, to show the worst of them on the page.",
        HelpName = "DIR",
    };

    public Option<bool> AllowOutside { get; } = new("--allow-outside")
    {
        Description = "Also show images outside of --images if the annotations' file names lead there.",
    };

    public LimitOptions Limits { get; } = new();

    public Option<string?> Against { get; } = new("--against")
    {
        Description = "Compare with these results, and say which differences may be chance (bootstrap over images).",
        HelpName = "FILE",
    };

    public Option<string?> AgainstFolder { get; } = new("--against-folder")
    {
        Description = "The folder of the PNGs of --against.",
        HelpName = "DIR",
    };

    public Option<int> Samples { get; } = new("--samples")
    {
        Description = "Number of bootstrap samples for the comparison.",
        HelpName = "N",
        DefaultValueFactory = _ => new BootstrapOptions().Samples,
    };

    public Option<long> Seed { get; } = new("--seed")
    {
        Description = "Seed of the bootstrap samples.",
        HelpName = "N",
    };

    /// <summary>The page's path, in a folder that exists; null for no page.</summary>
    public string? PageOf(ParseResult arguments) => OutputFile.Of(arguments, Report);

    /// <summary>The images' folder; null for none.</summary>
    /// <exception cref="InputException">It is not there.</exception>
    public string? ImagesOf(ParseResult arguments) => InputFolder.Of(arguments, Images);

    /// <summary>What the page says in addition to the analysis.</summary>
    public PageOptions PageOptionsOf(ParseResult arguments, string results, string? images, ResultComparison? comparison) => new()
    {
        Title = Path.GetFileNameWithoutExtension(results),
        ImageFolder = images,
        AllowOutside = arguments.GetValue(AllowOutside),
        Limits = Limits.Of(arguments),
        Comparison = comparison,
        BaselineName = Path.GetFileNameWithoutExtension(arguments.GetValue(Against)),
    };

    /// <summary>How the comparison is made.</summary>
    /// <exception cref="InputException">There are too few samples.</exception>
    public BootstrapOptions BootstrapOf(ParseResult arguments)
    {
        int samples = arguments.GetValue(Samples);
        return samples >= BootstrapOptions.LeastSamples
            ? new() { Samples = samples, Seed = arguments.GetValue(Seed) }
            : throw InputException.ForSetting(
                null, $"--samples {samples}: it must be {BootstrapOptions.LeastSamples} or more, or an interval means nothing");
    }

    /// <summary>Refuses options that have no effect without another one.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="page">The page that --report names.</param>
    /// <param name="baseline">The results that --against names.</param>
    /// <exception cref="InputException">One was typed.</exception>
    public void RefuseUnused(ParseResult arguments, string? page, string? baseline)
    {
        if (page is null) arguments.RefuseTyped("--report", Images, AllowOutside);
        if (baseline is null) arguments.RefuseTyped("--against", Samples, Seed);
    }
}
