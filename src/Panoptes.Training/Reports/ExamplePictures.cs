using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Reports;

/// <summary>Draws what a model makes of the first pictures of a data set.</summary>
public static class ExamplePictures
{
    private const double SameThingIou = 0.6;

    /// <summary>
    /// Draws the first pictures to validate on; without validation data the first to train on. They are not chosen: a page of the best
    /// ones would lie.
    /// </summary>
    /// <param name="network">The model.</param>
    /// <param name="data">The data sets of its run.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="minScore">Objects with a lower score are not drawn.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    public static IReadOnlyList<ExamplePicture> Draw(
        INetwork network, TrainingData data, int count, double minScore, CancellationToken cancellationToken = default)
    {
        var tap = new EmbeddingTap(network);
        var segmenter = new Segmenter(tap, new SegmenterOptions { MinScore = minScore });
        var examples = new List<ExamplePicture>();
        foreach ((string path, IReadOnlyList<OverlayItem> truth) in Sources(data).Take(count))
        {
            Image picture = Image.Load(path);
            Segmentation found = segmenter.Segment(picture, cancellationToken);
            OverlayItem[] shown = [.. WithoutSecondGuesses(SampleSheets.Found(found, minScore))];
            examples.Add(Draw(Path.GetFileNameWithoutExtension(path), picture, truth, shown, tap.Last));
        }

        return examples;
    }

    private static IEnumerable<(string Path, IReadOnlyList<OverlayItem> Truth)> Sources(TrainingData data)
    {
        if (data.Validation is { } validation)
        {
            return validation.Images.Select((image, i) =>
                (Path.Combine(data.ValidationFolder, image.FileName), Listed(SampleSheets.Truth(validation, i))));
        }

        return data.Pictures.Select(picture => (picture.Path, Listed(Truth(picture, data.Classes))));

        static IReadOnlyList<OverlayItem> Listed(IEnumerable<OverlayItem> items) => [.. items];
    }

    private static IEnumerable<OverlayItem> Truth(PictureRecord picture, IReadOnlyList<ModelClass> classes) =>
        picture.Objects.Select((thing, k) => new OverlayItem
        {
            Mask = thing.Mask ?? Rle.FromPolygons(thing.Polygons!, picture.Height, picture.Width),
            Box = thing.Box,
            Label = classes[thing.ClassIndex].Name,
            Color = Palette.ColorOf(k),
        });

    /// <summary>
    /// A class's suppression leaves other classes alone: an unsure model names one thing several times. Only its surest name is drawn.
    /// </summary>
    private static List<OverlayItem> WithoutSecondGuesses(IEnumerable<OverlayItem> strongestFirst)
    {
        List<OverlayItem> kept = [];
        foreach (OverlayItem item in strongestFirst)
        {
            if (!kept.Any(other => item.Mask!.IoU(other.Mask!) >= SameThingIou))
            {
                kept.Add(item);
            }
        }

        return kept;
    }

    private static ExamplePicture Draw(
        string name, Image picture, IReadOnlyList<OverlayItem> truth, OverlayItem[] found, Image? embedding)
    {
        int[] matches = ObjectMatcher.Match([.. found.Select(f => f.Mask!)], [.. truth.Select(t => t.Mask!)]);
        int named = 0;
        for (int i = 0; i < found.Length; i++)
        {
            bool matched = matches[i] >= 0;
            named += matched && truth[matches[i]].Label == found[i].Label ? 1 : 0;
            found[i] = found[i] with { Color = matched ? truth[matches[i]].Color : Palette.ColorOf(truth.Count + i) };
        }

        int paired = matches.Count(match => match >= 0);
        return new ExamplePicture(
            name,
            picture,
            Overlay.Draw(picture, truth),
            Overlay.Draw(picture, found),
            embedding,
            truth.Count,
            named,
            paired - named,
            found.Length - paired);
    }
}
