using System.Runtime.CompilerServices;
using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>Files of images, which are one video in the order of their names. One that cannot be used is skipped and told.</summary>
/// <param name="images">The files.</param>
/// <param name="decoding">How they are read.</param>
/// <param name="problem">Told a line for each image that is skipped.</param>
internal sealed class ImageSequence(IReadOnlyList<NamedImage> images, DecodeOptions decoding, Action<string> problem) : IFrameSource
{
    private readonly NamedImage[] _read = new NamedImage[images.Count]; // those that were not skipped, from the first on

    public string Name => Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(images[0].Path))!);

    public double? FramesPerSecond => null;

    public string Rate => "25";

    public int Frames => images.Count;

    /// <summary>An image that was read.</summary>
    /// <param name="index">Its place among those that were, from 0 on.</param>
    public NamedImage this[int index] => _read[index];

    public string FileName(int index) => Path.GetFileName(_read[index].Path);

    public async IAsyncEnumerable<Image> ReadAsync(Action<string> warn, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ImageSize? size = null;
        int count = 0;
        foreach (NamedImage named in images)
        {
            if (cancellationToken.IsCancellationRequested) yield break;
            Image? image = await Task.Run(() => Read(named, size), CancellationToken.None).ConfigureAwait(false);
            if (image is null) continue;
            foreach (string line in image.Warnings) warn(line);
            size = image.Size;
            _read[count++] = named;
            yield return image;
        }
    }

    private Image? Read(NamedImage named, ImageSize? size)
    {
        try
        {
            Image image = Image.Load(named.Path, decoding);
            if (size is null || size == image.Size) return image;
            problem($"{named.Path}: is {image.Size}; the images before it are {size}; all images of a sequence must have one size");
        }
        catch (InputException e)
        {
            problem(e.Message);
        }

        return null;
    }
}
