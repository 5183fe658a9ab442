using Panoptes.Coco;
using Panoptes.Evaluation;
using Panoptes.Imaging;
using Panoptes.Imaging.Codecs;
using Panoptes.Imaging.Drawing;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Reports;

/// <summary>Draws what a model makes of the first pictures of a data set.</summary>
public static class ExamplePictures
{
    private const double SameThingIou = 0.6;

    private static readonly PanopticOverlayOptions s_withLegend = new() { Legend = true };

    /// <summary>
    /// Draws the first pictures to validate on; without validation data the first to train on. They are not chosen: a page of the best
    /// ones would lie.
    /// </summary>
    /// <param name="network">The model.</param>
    /// <param name="data">The data sets of its run.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="minScore">Objects with a lower score are not drawn; a panoptic model has a threshold of its own.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    public static IReadOnlyList<ExamplePicture> Draw(
        INetwork network, TrainingData data, int count, double minScore, CancellationToken cancellationToken = default)
    {
        var tap = new EmbeddingTap(network);
        var segmenter = new Segmenter(tap, new SegmenterOptions { MinScore = network.Card.IsPanoptic ? 0 : minScore });
        var examples = new List<ExamplePicture>();
        foreach ((string path, OverlayItem[] truth, PanopticSegmentation? segments) in Sources(data, network.Card.IsPanoptic).Take(count))
        {
            Image picture = Image.Load(path);
            Segmentation found = segmenter.Segment(picture, cancellationToken);
            if (segments is not null && found.Panoptic is { } labelled)
            {
                examples.Add(Draw(Path.GetFileNameWithoutExtension(path), picture, segments, labelled, tap.Last));
                continue;
            }

            OverlayItem[] shown = [.. WithoutSecondGuesses(SampleSheets.Found(found, minScore))];
            examples.Add(Draw(Path.GetFileNameWithoutExtension(path), picture, truth, shown, tap.Last));
        }

        return examples;
    }

    /// <summary>Objects for a model of objects, segments for a panoptic one where there are any.</summary>
    private static IEnumerable<(string Path, OverlayItem[] Objects, PanopticSegmentation? Segments)> Sources(
        TrainingData data, bool panoptic)
    {
        if (data.Validation is not { } validation)
        {
            return data.Pictures.Select(picture => panoptic && picture.Panoptic is not null
                ? WithSegments(picture, data.Classes, data.StuffClasses)
                : WithObjects(picture.Path, Truth(picture, data.Classes)));
        }

        if (panoptic && validation.Panoptic is { } segments)
        {
            IReadOnlyList<ModelClass> things = PanopticPictures.Things(segments), stuff = PanopticPictures.Stuff(segments);
            return validation.ListSegments().Select(picture => WithSegments(picture, things, stuff));
        }

        return validation.Objects.Images.Select((image, i) =>
            WithObjects(Path.Combine(validation.ImagesFolder, image.FileName), SampleSheets.Truth(validation.Objects, i)));
    }

    private static (string Path, OverlayItem[] Objects, PanopticSegmentation? Segments) WithObjects(
        string path, IEnumerable<OverlayItem> objects) => (path, [.. objects], null);

    private static (string Path, OverlayItem[] Objects, PanopticSegmentation? Segments) WithSegments(
        PictureRecord picture, IReadOnlyList<ModelClass> things, IReadOnlyList<ModelClass> stuff) =>
        (picture.Path, [], PanopticPictures.ReadSegments(picture, things, stuff));

    private static IEnumerable<OverlayItem> Truth(PictureRecord picture, IReadOnlyList<ModelClass> classes)
    {
        IEnumerable<(int Class, Box Box, Rle Mask)> objects = picture.Panoptic is { } panoptic
            ? Things(panoptic, picture)
            : picture.Objects.Select(o => (o.ClassIndex, o.Box, o.Mask ?? Rle.FromPolygons(o.Polygons!, picture.Height, picture.Width)));
        return objects.Select((thing, k) => new OverlayItem
        {
            Mask = thing.Mask,
            Box = thing.Box,
            Label = classes[thing.Class].Name,
            Color = Palette.ColorOf(k),
        });
    }

    private static IEnumerable<(int Class, Box Box, Rle Mask)> Things(PanopticRecord panoptic, PictureRecord picture)
    {
        SegmentPixels pixels = SegmentPixels.Load(panoptic.Path, [.. panoptic.Segments.Select(s => s.Id)], picture.Width, picture.Height);
        return panoptic.Segments.Index()
            .Where(s => s.Item is { IsThing: true, IsCrowd: false })
            .Select(s => (s.Item.ClassIndex, pixels.Boxes[s.Index], pixels.Masks[s.Index]));
    }

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
        string name, Image picture, OverlayItem[] truth, OverlayItem[] found, Image? embedding)
    {
        int[] matches = ObjectMatcher.Match([.. found.Select(f => f.Mask!)], [.. truth.Select(t => t.Mask!)]);
        int named = 0;
        for (int i = 0; i < found.Length; i++)
        {
            bool matched = matches[i] >= 0;
            named += matched && truth[matches[i]].Label == found[i].Label ? 1 : 0;
            found[i] = found[i] with { Color = matched ? truth[matches[i]].Color : Palette.ColorOf(truth.Length + i) };
        }

        int paired = matches.Count(match => match >= 0);
        return new ExamplePicture(
            name,
            picture,
            Overlay.Draw(picture, truth),
            Overlay.Draw(picture, found),
            embedding,
            truth.Length,
            named,
            paired - named,
            found.Length - paired);
    }

    private static ExamplePicture Draw(
        string name, Image picture, PanopticSegmentation truth, PanopticSegmentation found, Image? embedding)
    {
        int[] classes = [.. truth.Segments.Concat(found.Segments).Select(s => s.CategoryId).Distinct()];
        PanopticPicture compared = PanopticPicture.Compare(
            new LabelMapRows(truth.Labels), Listed(truth), new LabelMapRows(found.Labels), Listed(found), id => Array.IndexOf(classes, id));
        return new ExamplePicture(
            name,
            picture,
            PanopticOverlay.Draw(picture, truth, s_withLegend),
            PanopticOverlay.Draw(picture, found, s_withLegend),
            embedding,
            truth.Segments.Count,
            compared.Matches.Count,
            Misnamed: 0,
            compared.FalsePositives.Count)
        {
            IsPanoptic = true,
        };

        static PanopticSegment[] Listed(PanopticSegmentation segmentation) =>
            [.. segmentation.Segments.Select(s => new PanopticSegment(s.Id, s.CategoryId))];
    }
}
