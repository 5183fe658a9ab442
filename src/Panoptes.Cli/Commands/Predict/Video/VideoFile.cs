using System.Runtime.CompilerServices;
using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>The images of a video, which ffmpeg decodes and turns upright, at the video's mean rate.</summary>
/// <param name="path">The file.</param>
/// <param name="probe">What is known of it.</param>
/// <param name="limits">How large its images may be.</param>
internal sealed class VideoFile(string path, VideoProbe probe, InputLimits limits) : IFrameSource
{
    private readonly string _stem = Path.GetFileNameWithoutExtension(path);

    public string Name => _stem;

    public double? FramesPerSecond => probe.FramesPerSecond;

    public string Rate => probe.Rate;

    public int Frames => probe.Frames;

    // What 'ffmpeg -i clip.mp4 clip/%06d.png' writes.
    public string FileName(int index) => $"{_stem}/{index + 1:000000}.png";

    public async IAsyncEnumerable<Image> ReadAsync(Action<string> warn, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // PPM states the size of each image, so that nothing has to be known of turned videos.
        using FfmpegProcess decoder = FfmpegProcess.Start(
            "ffmpeg",
            ["-nostdin", "-v", "error", .. VideoProbe.InputGuards, "-i", VideoProbe.InputOf(path), "-map", "0:v:0", "-r", probe.Rate,
                "-c:v", "ppm", "-pix_fmt", "rgb24", "-f", "image2pipe", "pipe:1"]);
        using BufferedStream output = new(decoder.Output, 1 << 16);
        int count = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            Image? image;
            try
            {
                image = await Task.Run(() => Next(output), CancellationToken.None).ConfigureAwait(false);
            }
            catch (EndOfStreamException)
            {
                image = null; // Ctrl-C reaches ffmpeg too; or it gave up within an image
            }

            if (image is null) break;
            count++;
            yield return image;
        }

        if (cancellationToken.IsCancellationRequested) yield break;
        int code = await decoder.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested) yield break;
        if (count == 0) throw VideoProbe.Unreadable(path, decoder.Errors.Length > 0 ? decoder.Errors : "it holds no image");
        if (code != 0 || decoder.Errors.Length > 0) warn($"{path}: read {count} images; ffmpeg says: {decoder.Errors}");
    }

    /// <summary>Reads a PPM; null at the end.</summary>
    /// <exception cref="EndOfStreamException">It ends within an image.</exception>
    private Image? Next(Stream stream)
    {
        int first = stream.ReadByte();
        if (first < 0) return null;
        if (first != 'P' || stream.ReadByte() != '6') throw new InvalidDataException($"{path}: ffmpeg did not return an image.");
        int width = Number();
        int height = Number();
        if (Number() != 255) throw new InvalidDataException($"{path}: ffmpeg returned an image with more than 8 bits per channel.");
        VideoProbe.Require(path, width, height, limits);
        Image image = new(width, height);
        stream.ReadExactly(image.Pixels);
        return image;

        // Ends with the one white space behind it.
        int Number()
        {
            int value = 0;
            int digits = 0;
            while (true)
            {
                int next = stream.ReadByte();
                if (next < 0) throw new EndOfStreamException();
                if (next is >= '0' and <= '9')
                {
                    if (++digits > 9) throw new InvalidDataException($"{path}: ffmpeg returned an image with an invalid size.");
                    value = (10 * value) + next - '0';
                }
                else if (digits > 0)
                {
                    return value;
                }
            }
        }
    }
}
