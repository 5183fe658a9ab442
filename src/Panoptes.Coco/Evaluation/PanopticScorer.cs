using System.Diagnostics;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Panoptic quality of results in memory, added image by image: the figures of <see cref="PanopticQuality"/>, to the last bit,
/// without a PNG of a result. Of each image only the comparison is kept. For one thread at a time.
/// </summary>
public sealed class PanopticScorer
{
    private readonly PanopticDataset _groundTruth;
    private readonly string _folder;
    private readonly Dictionary<long, int> _places = [];
    private readonly Dictionary<long, int> _classes = [];
    private readonly SortedDictionary<int, PanopticImage> _images = []; // by place: sums of doubles depend on the order
    private readonly Func<long, long> _classOf;
    private TimeSpan _time;

    /// <summary>Prepares the comparison.</summary>
    /// <param name="groundTruth">The ground truth, with classes.</param>
    /// <param name="folder">The folder of its PNGs.</param>
    /// <param name="classes">The ground truth's ids of the results' classes; null where they are the same.</param>
    public PanopticScorer(PanopticDataset groundTruth, string folder, ClassMatch? classes = null)
    {
        ArgumentNullException.ThrowIfNull(groundTruth);
        (_groundTruth, _folder) = (groundTruth, folder);
        _classOf = id => classes?[id] ?? id;
        foreach (PanopticAnnotation annotation in groundTruth.Annotations)
        {
            _places.Add(annotation.ImageId, _places.Count);
        }

        foreach (PanopticCategory category in groundTruth.Categories)
        {
            _classes.Add(category.Id, _classes.Count);
        }
    }

    /// <summary>Compares the result of an image with its ground truth. Images that are never added do not count.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="result">What was found in it.</param>
    /// <exception cref="InputException">
    /// The ground truth does not have the image or a class, its PNG cannot be read or is of another size, or does not have its segments.
    /// </exception>
    public void Add(long imageId, PanopticSegmentation result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (!_places.TryGetValue(imageId, out int place))
        {
            throw InputException.InContent($"image {imageId}", "the panoptic ground truth does not have it");
        }

        long start = Stopwatch.GetTimestamp();
        PanopticAnnotation groundTruth = _groundTruth.Annotations[place];
        string path = DatasetPath.Resolve(_folder, groundTruth.FileName);
        PanopticSegment[] segments = [.. result.Segments.Select(segment => new PanopticSegment(segment.Id, _classOf(segment.CategoryId)))];
        using LabelRows labels = LabelRows.Open(path);
        try
        {
            _images[place] = PanopticImage.Compare(
                labels, groundTruth.Segments, LabelRows.Of(result.Labels), segments, id => _classes.GetValueOrDefault(id, -1));
        }
        catch (InputException error)
        {
            throw new InputException(InputErrorKind.Invalid, path, $"image {imageId}", $"{error.Message}", error);
        }

        _time += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>What was added so far, for the scorer of another process that has the same ground truth.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(_images.Count);
        foreach ((int place, PanopticImage image) in _images)
        {
            writer.Write(place);
            image.Write(writer);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Adds the images that the scorer of another process has compared.</summary>
    /// <param name="bytes">Its <see cref="ToBytes"/>.</param>
    /// <exception cref="InputException">They are damaged, or were made with other ground truth.</exception>
    public void Add(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using BinaryReader reader = new(new MemoryStream(bytes));
        try
        {
            for (int count = reader.ReadInt32(); count > 0; count--)
            {
                int place = reader.ReadInt32();
                PanopticImage image = PanopticImage.Read(reader);
                if (place < 0 || place >= _places.Count || !image.HasOnly(_classes.Count)) throw Foreign();
                _images[place] = image;
            }
        }
        catch (EndOfStreamException e)
        {
            throw Foreign(e);
        }

        if (reader.BaseStream.Position < bytes.Length) throw Foreign();

        static InputException Foreign(Exception? inner = null) => InputException.InContent(
            null, "the comparisons with panoptic ground truth are damaged, or were made with other ground truth", inner: inner);
    }

    /// <summary>The quality over all images added.</summary>
    public PqResult ToResult()
    {
        PanopticImage[] images = [.. _images.Values];
        return new PqResult(
            images.Length,
            PanopticMatching.Sum(_groundTruth.Categories, images),
            PanopticMatching.WarnOfAreas(images),
            _time.TotalSeconds);
    }
}
