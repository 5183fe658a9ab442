using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>Writes an MP4 with ffmpeg, under a temporary name until it is complete.</summary>
internal sealed class VideoEncoder : IDisposable
{
    // In the order of preference; every browser plays H.264, hardly one MPEG-4.
    private static readonly string[][] s_codecs =
    [
        ["libx264", "-preset", "veryfast", "-crf", "20"],
        ["libopenh264", "-b:v", "8M"],
        ["mpeg4", "-q:v", "3"],
    ];

    private readonly string _path;
    private readonly string _temporary;
    private readonly FfmpegProcess _process;

    /// <summary>Begins a video.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="size">The images' size.</param>
    /// <param name="rate">Images a second, as ffmpeg takes them.</param>
    /// <param name="codec">What <see cref="ChooseCodecAsync"/> gave.</param>
    public VideoEncoder(string path, ImageSize size, string rate, IReadOnlyList<string> codec)
    {
        _path = path;
        _temporary = FileDraft.NameFor(path);
        // Chroma of half the size needs even sides.
        _process = FfmpegProcess.Start(
            "ffmpeg",
            ["-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", $"{size}", "-framerate", rate, "-i", "pipe:0",
                "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", .. codec, "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4",
                VideoProbe.InputOf(_temporary)]);
    }

    /// <summary>The best codec that the installed ffmpeg has, with its options; null where it has none of those known here.</summary>
    /// <exception cref="FileNotFoundException">ffmpeg is not installed.</exception>
    public static async Task<IReadOnlyList<string>?> ChooseCodecAsync(CancellationToken cancellationToken)
    {
        using FfmpegProcess ffmpeg = FfmpegProcess.Start("ffmpeg", "-v", "error", "-hide_banner", "-encoders");
        using StreamReader reader = new(ffmpeg.Output);
        string text = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await ffmpeg.WaitAsync(cancellationToken).ConfigureAwait(false);
        HashSet<string> words = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        return s_codecs.FirstOrDefault(codec => words.Contains(codec[0]));
    }

    /// <summary>Adds an image.</summary>
    /// <returns>False where ffmpeg takes no more, since Ctrl-C has reached it too.</returns>
    public async Task<bool> TryWriteAsync(Image image)
    {
        try
        {
            await Task.Run(() => _process.Input.Write(image.Pixels)).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Ends the video and puts it in place.</summary>
    /// <param name="interrupted">Whether ffmpeg may have ended it itself, at Ctrl-C.</param>
    /// <exception cref="IOException">ffmpeg failed.</exception>
    public async Task CompleteAsync(bool interrupted)
    {
        try
        {
            _process.Input.Close();
        }
        catch (IOException)
        {
            // What was left to write has no reader; its exit code tells more.
        }

        int code = await _process.WaitAsync().ConfigureAwait(false);
        bool complete = code == 0 || (interrupted && File.Exists(_temporary) && new FileInfo(_temporary).Length > 0);
        string errors = _process.Errors.Length > 0 ? _process.Errors : $"exit code {code}";
        if (!complete) throw new IOException($"{_path}: ffmpeg cannot write it: {errors}");
        FileDraft.Replace(_temporary, _path);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _process.Dispose();
        File.Delete(_temporary);
    }
}
