using System.Globalization;
using System.Runtime.CompilerServices;
using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>Raw images from a pipe: red, green and blue bytes, row by row.</summary>
/// <param name="input">The pipe.</param>
/// <param name="size">The images' size.</param>
/// <param name="framesPerSecond">Images a second.</param>
internal sealed class RawFrames(Stream input, ImageSize size, double framesPerSecond) : IFrameSource
{
    public string Name => "stdin";

    public double? FramesPerSecond => framesPerSecond;

    public string Rate => framesPerSecond.ToString(CultureInfo.InvariantCulture);

    public int Frames => 0;

    public string FileName(int index) => $"stdin/{index + 1:000000}.png";

    public async IAsyncEnumerable<Image> ReadAsync(Action<string> warn, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int count = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            Image image = new(size);
            int read;
            try
            {
                read = await Task.Run(() => Fill(image), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                yield break; // who writes to the pipe may wait for ever
            }

            if (read < image.Pixels.Length)
            {
                string needed = $"less than an image of {size} ({image.Pixels.Length} bytes)";
                if (read > 0) warn($"-: the last {read} bytes are {needed}, and were skipped");
                break;
            }

            count++;
            yield return image;
        }

        if (count == 0 && !cancellationToken.IsCancellationRequested)
        {
            throw new InputException(InputErrorKind.Invalid, "-", null, $"holds no image of {size}, which has {3L * size.Pixels} bytes");
        }
    }

    private int Fill(Image image) => input.ReadAtLeast(image.Pixels, image.Pixels.Length, throwOnEndOfStream: false);
}
