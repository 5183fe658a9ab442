using System.CommandLine;
using System.Globalization;
using Panoptes.Coco.Evaluation;

namespace Panoptes.Cli.Commands.Score;

/// <summary>The options of <c>score instances</c> that measure otherwise than COCO does by default.</summary>
internal sealed class MeasureOptions
{
    public Option<string?> MaxDetections { get; } = new("--max-detections")
    {
        Description = "How many detections of a class count in an image: the last number for AP, each for AR. Default: 1,10,100; a single "
            + "number replaces 100.",
        HelpName = "N",
    };

    public Option<string?> IouThresholds { get; } = new("--iou-thresholds")
    {
        Description = "IoU thresholds for a match: numbers, or FROM:TO:STEP (COCO uses 0.5:0.95:0.05).",
        HelpName = "T,...",
    };

    public Option<string?> AreaRanges { get; } = new("--area-ranges")
    {
        Description = "Sizes of objects in square pixels, instead of small, medium and large: tiny=0-256,big=256-",
        HelpName = "NAME=A-B,...",
    };

    public Option<bool> ClassAgnostic { get; } = new("--class-agnostic")
    {
        Description = "Count all classes as one: measure whether objects are found, regardless of class.",
    };

    public Option<string?> Csv { get; } = new("--csv")
    {
        Description = "Write the figures of each class as a table.",
        HelpName = "FILE.csv",
    };

    /// <summary>Changes options as the command line says.</summary>
    /// <exception cref="InputException">A value is malformed.</exception>
    public ApOptions Apply(ParseResult arguments, ApOptions options)
    {
        if (arguments.GetValue(MaxDetections) is { } limits)
        {
            int[] numbers = [.. limits.Split(',').Select(text => Parse<int>("--max-detections", text, "a number of 1 or more"))];
            options = options with
            {
                MaxDetections = numbers.Length > 1
                    ? numbers
                    : [.. options.MaxDetections.Where(n => n < numbers[0] && n < 100), numbers[0]],
            };
        }

        if (arguments.GetValue(IouThresholds) is { } thresholds)
        {
            options = options with { IouThresholds = ParseThresholds(thresholds) };
        }

        if (arguments.GetValue(AreaRanges) is { } ranges)
        {
            options = options with { AreaRanges = [options.AreaRanges[0], .. ranges.Split(',').Select(ParseRange)] };
        }

        return options with { UseCategories = !arguments.GetValue(ClassAgnostic) };
    }

    private static double[] ParseThresholds(string text)
    {
        const string option = "--iou-thresholds";
        const string allowed = "a number above 0, up to 1";
        string[] parts = text.Split(':');
        if (parts.Length != 3)
        {
            return [.. text.Split(',').Select(part => Parse<double>(option, part, allowed))];
        }

        double[] numbers = [.. parts.Select(part => Parse<double>(option, part, allowed))];
        double count = Math.Round((numbers[1] - numbers[0]) / numbers[2]);
        if (!(count is >= 0 and < ApOptions.MaxIouThresholds))
        {
            throw InputException.ForSetting(
                option,
                $"is '{text}'; FROM:TO:STEP must give 1 to {ApOptions.MaxIouThresholds} numbers (0.5:0.95:0.05)");
        }

        return [.. Enumerable.Range(0, (int)count + 1).Select(i => Math.Round(numbers[0] + (i * numbers[2]), 10))];
    }

    private static AreaRange ParseRange(string text)
    {
        string[] sides = text.Split('=', 2, StringSplitOptions.TrimEntries);
        string[] ends = sides.Length == 2 ? sides[1].Split('-', 2, StringSplitOptions.TrimEntries) : [];
        if (ends.Length != 2 || sides[0].Length == 0)
        {
            throw InputException.ForSetting(
                "--area-ranges",
                $"is '{text}'; allowed is NAME=FROM-TO in square pixels, such as tiny=0-256 or big=256-");
        }

        return new AreaRange(
            sides[0],
            Parse<double>("--area-ranges", ends[0], "an area in square pixels"),
            ends[1].Length == 0 ? 1e10 : Parse<double>("--area-ranges", ends[1], "an area in square pixels"));
    }

    private static T Parse<T>(string option, string text, string allowed)
        where T : IParsable<T> => T.TryParse(text.Trim(), CultureInfo.InvariantCulture, out T? value)
        ? value
        : throw InputException.ForSetting(option, $"is '{text}'; it must be {allowed}");
}
