using System.Runtime.CompilerServices;
using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>Files of images, which are one video in the order of their names.</summary>
/// <param name="images">The files.</param>
/// <param name="decoding">How they are read.</param>
internal sealed class ImageSequence(IReadOnlyList<NamedImage> images, DecodeOptions decoding) : IFrameSource
{
    public string Name => Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(images[0].Path))!);

    public double? FramesPerSecond => null;

    public string Rate => "25";

    public int Frames => images.Count;

    /// <summary>The files.</summary>
    public IReadOnlyList<NamedImage> Images => images;

    public string FileName(int index) => Path.GetFileName(images[index].Path);

    public async IAsyncEnumerable<Image> ReadAsync(Action<string> warn, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ImageSize? size = null;
        foreach (NamedImage named in images)
        {
            if (cancellationToken.IsCancellationRequested) yield break;
            Image image = await Task.Run(() => Image.Load(named.Path, decoding), CancellationToken.None).ConfigureAwait(false);
            foreach (string line in image.Warnings) warn(line);
            if (size is { } before && before != image.Size)
            {
                throw new InputException(
                    InputErrorKind.Invalid, named.Path, null,
                    $"is {image.Size}; the images before it are {before}, and those of a sequence are of one size");
            }

            size = image.Size;
            yield return image;
        }
    }
}
