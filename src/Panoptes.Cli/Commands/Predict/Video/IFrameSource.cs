using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>Images in the order of time.</summary>
internal interface IFrameSource
{
    /// <summary>What results call it.</summary>
    string Name { get; }

    /// <summary>Images a second; null where images have no time.</summary>
    double? FramesPerSecond { get; }

    /// <summary>The same for ffmpeg.</summary>
    string Rate { get; }

    /// <summary>About how many images there are; 0 where that is not known.</summary>
    int Frames { get; }

    /// <summary>The file of an image, as results name it.</summary>
    /// <param name="index">Its place, from 0 on.</param>
    string FileName(int index);

    /// <summary>Reads the images one by one, and ends early where it is cancelled.</summary>
    /// <param name="warn">Told what is odd.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">An image cannot be read.</exception>
    IAsyncEnumerable<Image> ReadAsync(Action<string> warn, CancellationToken cancellationToken);
}
