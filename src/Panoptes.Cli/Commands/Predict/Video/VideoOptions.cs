using System.CommandLine;
using System.Globalization;
using Panoptes.Cli.Parsing;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>The options of <c>predict</c> for videos and sequences of images.</summary>
internal sealed class VideoOptions
{
    private const string Pipe = "-";

    private static readonly string[] s_extensions =
        [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".wmv", ".flv", ".ts", ".mts", ".m2ts", ".3gp", ".ogv", ".y4m"];

    /// <summary><c>--track</c>.</summary>
    public Option<bool> Track { get; } = new("--track")
    {
        Description = "Treat the images as one video, in the order of their names: objects keep their numbers, and tracks.json is written.",
    };

    /// <summary><c>--frames</c>.</summary>
    public Option<string?> Frames { get; } = new("--frames")
    {
        Description = "The size of the raw images (rgb24) that a pipe sends to the input '-'.",
        HelpName = "WxH",
    };

    /// <summary><c>--fps</c>.</summary>
    public Option<double> Rate { get; } = new("--fps")
    {
        Description = "Images per second of the input '-'.",
        HelpName = "R",
        DefaultValueFactory = _ => 25,
    };

    /// <summary>Whether the inputs are a video.</summary>
    /// <exception cref="InputException">They are videos and other files together, or an option does not fit.</exception>
    public bool IsVideo(ParseResult arguments, IReadOnlyList<string> inputs)
    {
        bool pipe = inputs.Contains(Pipe);
        if (pipe && inputs.Count > 1) throw InputException.ForSetting(null, "the input '-' is a pipe and stands alone");
        if (pipe != arguments.GetValue(Frames) is not null)
        {
            throw InputException.ForSetting("--frames", "belongs to the input '-', whose raw images do not state their size (WxH)");
        }

        int videos = inputs.Count(HasVideoExtension);
        if (videos > 0 && videos < inputs.Count)
        {
            (string video, string other) = (inputs.First(HasVideoExtension), inputs.First(input => !HasVideoExtension(input)));
            throw InputException.ForSetting(null, $"'{video}' is a video and '{other}' is not; predict them one after the other");
        }

        if (!pipe && arguments.IsTyped(Rate))
        {
            throw InputException.ForSetting("--fps", "belongs to the input '-'; a video states its own rate");
        }

        return pipe || videos > 0 || arguments.GetValue(Track);
    }

    /// <summary>The raw images that are piped in; null where the input is not a pipe.</summary>
    /// <exception cref="InputException">The size or the rate is malformed, or the images are too large.</exception>
    public RawFrames? PipeOf(ParseResult arguments, InputLimits limits)
    {
        if (arguments.GetValue(Frames) is not { } text) return null;
        string[] sides = text.Split('x');
        if (sides.Length != 2 || !Side(sides[0], out int width) || !Side(sides[1], out int height))
        {
            throw InputException.ForSetting("--frames", $"is '{text}'; it must be columns x rows, such as 1280x720");
        }

        double rate = arguments.GetValue(Rate);
        if (!(rate is > 0 and <= 1000))
        {
            throw InputException.ForSetting("--fps", FormattableString.Invariant($"is {rate}; allowed is above 0, up to 1000"));
        }

        VideoProbe.Require(Pipe, width, height, limits);
        return new RawFrames(Console.OpenStandardInput(), new ImageSize(width, height), rate);

        static bool Side(string number, out int side) =>
            int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side > 0;
    }

    /// <summary>Whether a name is a video's.</summary>
    public static bool HasVideoExtension(string path) => s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
