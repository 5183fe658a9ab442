using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Reports;

/// <summary>Draws what a model makes of the first images of a dataset.</summary>
internal static class ExampleImages
{
    private const double SameThingIou = 0.6;

    private static readonly PanopticOverlayOptions s_withLegend = new() { Legend = true };

    /// <summary>
    /// Draws the first images to validate on; without validation data the first to train on. They are not chosen: a page of the best
    /// ones would lie.
    /// </summary>
    /// <param name="network">The model.</param>
    /// <param name="data">The datasets of its run.</param>
    /// <param name="count">How many images.</param>
    /// <param name="minScore">Objects with a lower score are not drawn; a panoptic model has a threshold of its own.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public static IReadOnlyList<ExampleImage> Draw(
        INetwork network, TrainingData data, int count, double minScore, CancellationToken cancellationToken = default)
    {
        EmbeddingTap tap = new(network);
        Segmenter segmenter = new(tap, new SegmenterOptions { MinScore = network.Card.IsPanoptic ? 0 : minScore });
        List<ExampleImage> examples = new();
        foreach ((string path, OverlayItem[] groundTruth, PanopticSegmentation? segments)
            in Sources(data, network.Card.IsPanoptic).Take(count))
        {
            Image image = Image.Load(path, new DecodeOptions { Limits = data.Limits });
            Segmentation found = segmenter.Segment(image, cancellationToken);
            if (segments is not null && found.Panoptic is { } labeled)
            {
                examples.Add(Draw(Path.GetFileNameWithoutExtension(path), image, segments, labeled, tap.Last));
                continue;
            }

            OverlayItem[] shown = [.. WithoutSecondGuesses(SampleSheets.Found(found, minScore))];
            examples.Add(Draw(Path.GetFileNameWithoutExtension(path), image, groundTruth, shown, tap.Last));
        }

        return examples;
    }

    /// <summary>Objects for a model of objects, segments for a panoptic one where there are any.</summary>
    private static IEnumerable<(string Path, OverlayItem[] Objects, PanopticSegmentation? Segments)> Sources(
        TrainingData data, bool panoptic)
    {
        if (data.Validation is not { } validation)
        {
            return data.Images.Select(image => panoptic && image.Panoptic is not null
                ? WithSegments(image, data.Classes, data.StuffClasses)
                : WithObjects(image.Path, GroundTruth(image, data.Classes)));
        }

        if (panoptic && validation.Panoptic is { } segments)
        {
            IReadOnlyList<ModelClass> things = PanopticImages.Things(segments), stuff = PanopticImages.Stuff(segments);
            return validation.ListSegments().Select(image => WithSegments(image, things, stuff));
        }

        return validation.Objects.Images.Select((image, i) =>
            WithObjects(DatasetPath.Resolve(validation.ImagesFolder, image.FileName), SampleSheets.GroundTruth(validation.Objects, i)));
    }

    private static (string Path, OverlayItem[] Objects, PanopticSegmentation? Segments) WithObjects(
        string path, IEnumerable<OverlayItem> objects) => (path, [.. objects], null);

    private static (string Path, OverlayItem[] Objects, PanopticSegmentation? Segments) WithSegments(
        ImageRecord image, IReadOnlyList<ModelClass> things, IReadOnlyList<ModelClass> stuff) =>
        (image.Path, [], PanopticImages.ReadSegments(image, things, stuff));

    private static IEnumerable<OverlayItem> GroundTruth(ImageRecord image, IReadOnlyList<ModelClass> classes)
    {
        IEnumerable<(int Class, Box Box, Rle Mask)> objects = image.Panoptic is { } panoptic
            ? Things(panoptic, image)
            : image.Objects.Select(o => (o.ClassIndex, o.Box, o.Mask ?? Rle.FromPolygons(o.Polygons!, image.Height, image.Width)));
        return objects.Select((thing, k) => new OverlayItem
        {
            Mask = thing.Mask,
            Box = thing.Box,
            Label = classes[thing.Class].Name,
            Number = classes[thing.Class].CategoryId,
            Color = Palette.ColorOf(k),
        });
    }

    private static IEnumerable<(int Class, Box Box, Rle Mask)> Things(PanopticRecord panoptic, ImageRecord image)
    {
        SegmentPixels pixels = SegmentPixels.Load(panoptic.Path, [.. panoptic.Segments.Select(s => s.Id)], image.Width, image.Height);
        return panoptic.Segments.Index()
            .Where(s => s.Item is { IsThing: true, IsCrowd: false })
            .Select(s => (s.Item.ClassIndex, pixels.Boxes[s.Index], pixels.Masks[s.Index]));
    }

    /// <summary>
    /// Suppression within a class does not touch other classes: an unsure model names one thing several times. Only its surest name is
    /// drawn.
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

    private static ExampleImage Draw(
        string name, Image image, OverlayItem[] groundTruth, OverlayItem[] found, Image? embedding)
    {
        int[] matches = ObjectMatcher.Match([.. found.Select(f => f.Mask!)], [.. groundTruth.Select(t => t.Mask!)]);
        int named = 0;
        for (int i = 0; i < found.Length; i++)
        {
            bool matched = matches[i] >= 0;
            named += matched && groundTruth[matches[i]].Label == found[i].Label ? 1 : 0;
            found[i] = found[i] with { Color = matched ? groundTruth[matches[i]].Color : Palette.ColorOf(groundTruth.Length + i) };
        }

        int paired = matches.Count(match => match >= 0);
        return new ExampleImage(
            name,
            image,
            Overlay.Draw(image, groundTruth),
            Overlay.Draw(image, found),
            embedding,
            groundTruth.Length,
            named,
            paired - named,
            found.Length - paired);
    }

    private static ExampleImage Draw(
        string name, Image image, PanopticSegmentation groundTruth, PanopticSegmentation found, Image? embedding)
    {
        PqCounts compared = PanopticQuality.Compare(groundTruth, found);
        return new ExampleImage(
            name,
            image,
            Overlay.Draw(image, groundTruth, s_withLegend),
            Overlay.Draw(image, found, s_withLegend),
            embedding,
            groundTruth.Segments.Count,
            compared.Matches,
            Misnamed: 0,
            compared.FalsePositives)
        {
            IsPanoptic = true,
        };
    }
}
