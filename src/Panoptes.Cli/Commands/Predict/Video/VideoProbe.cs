using System.Globalization;
using System.Text.Json;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>What ffprobe says about a video, before it is decoded.</summary>
/// <param name="Width">Columns as they are stored; a video that is turned has as many rows.</param>
/// <param name="Height">Rows as they are stored.</param>
/// <param name="Rate">Images a second as a fraction, for ffmpeg: <c>30000/1001</c>.</param>
/// <param name="FramesPerSecond">The same as a number.</param>
/// <param name="Frames">About how many images there are; 0 where that is not known.</param>
internal sealed record VideoProbe(int Width, int Height, string Rate, double FramesPerSecond, int Frames)
{
    private const double UsualRate = 25;

    /// <summary>What no video may make ffmpeg do: open other addresses than the file.</summary>
    public static readonly string[] InputGuards = ["-protocol_whitelist", "file,pipe"];

    /// <summary>Looks at a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large its images may be.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <exception cref="InputException">It is missing, not a video, or its images are too large.</exception>
    /// <exception cref="FileNotFoundException">ffprobe is not installed.</exception>
    public static async Task<VideoProbe> OfAsync(string path, InputLimits limits, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) throw new InputException(InputErrorKind.NotFound, path, null, "file not found");
        using FfmpegProcess probe = FfmpegProcess.Start(
            "ffprobe",
            ["-v", "error", .. InputGuards, "-select_streams", "v:0", "-show_entries",
                "stream=width,height,avg_frame_rate,nb_frames,duration:format=duration", "-of", "json", InputOf(path)]);
        using MemoryStream text = new();
        await probe.Output.CopyToAsync(text, cancellationToken).ConfigureAwait(false);
        int code = await probe.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (code != 0) throw Unreadable(path, probe.Errors);
        using JsonDocument json = JsonDocument.Parse(text.ToArray());
        if (!json.RootElement.TryGetProperty("streams", out JsonElement streams) || streams.GetArrayLength() == 0)
        {
            throw new InputException(InputErrorKind.Invalid, path, null, "holds no video");
        }

        JsonElement stream = streams[0];
        int width = (int)Number(stream, "width");
        int height = (int)Number(stream, "height");
        Require(path, width, height, limits);
        string rate = Text(stream, "avg_frame_rate");
        double perSecond = RateOf(rate);
        if (!(perSecond > 0)) (rate, perSecond) = (UsualRate.ToString(CultureInfo.InvariantCulture), UsualRate);
        double duration = Number(stream, "duration");
        if (duration == 0 && json.RootElement.TryGetProperty("format", out JsonElement format)) duration = Number(format, "duration");
        double frames = Number(stream, "nb_frames");
        if (frames == 0) frames = duration * perSecond;
        return new VideoProbe(width, height, rate, perSecond, (int)Math.Clamp(Math.Round(frames), 0, int.MaxValue));
    }

    /// <summary>A file as ffmpeg takes it for nothing else: not for an option, and not for an address.</summary>
    public static string InputOf(string path) => $"file:{Path.GetFullPath(path)}";

    /// <summary>Refuses images that are too large, or have no pixel.</summary>
    /// <exception cref="InputException">They are.</exception>
    public static void Require(string path, int width, int height, InputLimits limits)
    {
        if (width < 1 || height < 1) throw new InputException(InputErrorKind.Invalid, path, null, "its images have no size");
        string? limit = (long)width * height > limits.MaxPixels ? $"InputLimits.MaxPixels ({limits.MaxPixels})"
            : Math.Max(width, height) > limits.MaxSide ? $"InputLimits.MaxSide ({limits.MaxSide})" : null;
        if (limit is not null)
        {
            throw new InputException(InputErrorKind.TooLarge, path, null, $"its images are {width}x{height}, which is above {limit}");
        }
    }

    /// <summary>The message of a video that ffmpeg cannot read.</summary>
    public static InputException Unreadable(string path, string errors)
    {
        string why = errors.Replace($"{InputOf(path)}: ", "", StringComparison.Ordinal);
        return new InputException(InputErrorKind.Damaged, path, null, $"ffmpeg cannot read it{(why.Length > 0 ? ": " : "")}{why}");
    }

    private static double RateOf(string text)
    {
        double[] parts = [.. text.Split('/').Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : 0)];
        double rate = parts.Length == 2 ? parts[0] / parts[1] : parts[0];
        return double.IsFinite(rate) ? rate : 0;
    }

    private static string Text(JsonElement element, string key) =>
        element.TryGetProperty(key, out JsonElement value) ? value.ToString() : "";

    private static double Number(JsonElement element, string key) =>
        double.TryParse(Text(element, key), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number : 0;
}
