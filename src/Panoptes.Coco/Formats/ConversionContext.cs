using Panoptes.Coco.Files;
using Panoptes.Coco.Formats.CocoJson;

namespace Panoptes.Coco.Formats;

/// <summary>What readers and writers share during a conversion.</summary>
/// <param name="options">What to convert.</param>
/// <param name="progress">Told how many images are read or written; from several threads.</param>
/// <param name="cancellationToken">Ends the work.</param>
internal sealed class ConversionContext(
    ConversionOptions options, IProgress<(string Stage, int Done, int Total)>? progress, CancellationToken cancellationToken)
{
    private int _placed;

    /// <summary>What to convert.</summary>
    public ConversionOptions Options { get; } = options;

    /// <summary>Ends the work.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>What is lost.</summary>
    public LossLog Losses { get; } = new(options.Strict);

    /// <summary>Reads the input's texts.</summary>
    public FormatText Text { get; } = new(options.Encoding);

    /// <summary>
    /// What a COCO file says next to its annotations: the input where it is one, else <see cref="ConversionOptions.Like"/>; or null.
    /// </summary>
    public CocoHeader? Header { get; init; }

    /// <summary>The classes that were asked for, or null.</summary>
    public ClassList? Classes { get; init; }

    /// <summary>The folder of the images: the one given, or the one that the dataset has, which its reader sets; or null.</summary>
    public string? Images { get; set; } = options.Images;

    /// <summary>What was read of the input; null where nothing is yet.</summary>
    public Func<ConversionCounts>? Counts { get; set; }

    /// <summary>The name of the part to write.</summary>
    public string SplitName => Options.Split ?? "train";

    /// <summary>Images linked or copied so far.</summary>
    public int ImagesPlaced => _placed;

    /// <summary>Works on images with all cores.</summary>
    /// <param name="stage">What is done with them, for the progress.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="body">Works on one.</param>
    /// <param name="describe">Turns the message of what is wrong with one into the whole message; null where it is whole already.</param>
    public void ForEachImage(string stage, int count, Action<int> body, Func<int, string, string>? describe = null)
    {
        int done = 0;
        ParallelInput.For(
            count,
            i =>
            {
                body(i);
                progress?.Report((stage, Interlocked.Increment(ref done), count));
            },
            describe ?? ((_, message) => message),
            cancellationToken);
    }

    /// <summary>
    /// Reads an element or a file. One that is malformed is skipped, counted and named, unless <see cref="ConversionOptions.Strict"/>.
    /// </summary>
    /// <param name="kind">What is lost without it.</param>
    /// <param name="read">Reads it; the messages of its errors name file and place.</param>
    /// <returns>What was read; null where it was skipped.</returns>
    /// <exception cref="InputException">It is malformed, and the conversion is strict.</exception>
    public T? Read<T>(LossKind kind, Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (!Options.Strict && e is InputException or IOException or UnauthorizedAccessException)
        {
            Losses.Add(kind, e.Message.TrimEnd('.'));
            return null;
        }
    }

    /// <summary>Reads the files of images with all cores; what cannot be read is skipped, counted and named.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="read">Reads one; null where it holds no image.</param>
    public IReadOnlyList<FormatImage> ReadImages(int count, Func<int, FormatImage?> read)
    {
        FormatImage?[] images = new FormatImage?[count];
        ForEachImage("read", count, i => images[i] = Read(LossKind.InvalidFiles, () => read(i)));
        return [.. images.OfType<FormatImage>()];
    }

    /// <summary>Puts an image where the format wants it, if it is known where it lies: a link or a copy, as it is.</summary>
    /// <param name="fileName">The image in the folder of images.</param>
    /// <param name="target">Where it is to be.</param>
    /// <exception cref="InputException">The folder of images that was given does not have it.</exception>
    public void Place(string fileName, string target)
    {
        // With names lent by another file, an image may have another one than in the dataset's own folder.
        if (Images is { } folder && DatasetPath.Resolve(folder, fileName) is var source
            && (Options.Images is not null || File.Exists(source)))
        {
            FormatImageFiles.Place(source, target, Options.CopyImages);
            Interlocked.Increment(ref _placed);
        }
    }
}
