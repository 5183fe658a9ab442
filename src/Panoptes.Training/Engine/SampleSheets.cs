using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Ciae;

namespace Panoptes.Training.Engine;

/// <summary>Draws validation images with the ground truth on the left and the predictions on the right.</summary>
internal static class SampleSheets
{
    /// <summary>Predictions below this score are not drawn; they count for AP but would bury the image.</summary>
    private const double ShownScore = 0.3;

    /// <summary>Stuff has no names in the image: a legend below says which color is which class.</summary>
    private static readonly PanopticOverlayOptions s_withLegend = PanopticOverlayOptions.Default with { Legend = true };

    /// <summary>Draws images of a dataset.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="data">The images and their ground truth.</param>
    /// <param name="first">The place of the first image.</param>
    /// <param name="count">How many images.</param>
    /// <param name="output">The folder that receives a PNG for each.</param>
    /// <param name="oracle">Gives the ground truth's things to the model; null lets it detect them.</param>
    public static void Draw(Segmenter segmenter, EvaluationData data, int first, int count, string output, TrueInstances? oracle = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(segmenter);
        IReadOnlyList<ImageRecord> segments = segmenter.Card.IsPanoptic ? data.ListSegments() : [];
        int end = Math.Min(first + count, data.Objects.Images.Count);
        string[] names = NamesOf(data.Objects.Images.Take(end));
        for (int i = first; i < end; i++)
        {
            CocoImage image = data.Objects.Images[i];
            Image pixels = data.Read(image, CancellationToken.None);
            Segmentation segmentation = oracle is null
                ? segmenter.Segment(pixels)
                : oracle.Segment(i, [pixels])[0];
            (Image groundTruth, Image found) = segments.Count > 0 && segmentation.Panoptic is { } panoptic
                ? (Draw(Segments(segments[i], data)), Draw(panoptic))
                : (Overlay.Draw(pixels, [.. GroundTruth(data.Objects, i)]), Overlay.Draw(pixels, [.. Found(segmentation)]));
            Image.Grid([groundTruth, found], columns: 2).SavePng(Path.Combine(output, names[i] + ".png"));

            Image Draw(PanopticSegmentation drawn) => Overlay.Draw(pixels, drawn, s_withLegend);
        }
    }

    /// <summary>
    /// The names of sheets: those of the images' files, without folders. Where an earlier image has the same one (<c>cam1/1.jpg</c>,
    /// <c>cam2/1.jpg</c>), the image's place is added.
    /// </summary>
    /// <param name="images">The images of a dataset, from the first one on, so that its shares give an image the same name.</param>
    internal static string[] NamesOf(IEnumerable<CocoImage> images)
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase); // as some file systems compare names
        List<string> names = [];
        foreach ((int place, CocoImage image) in images.Index())
        {
            string name = Path.GetFileNameWithoutExtension(image.FileName);
            while (!taken.Add(name)) name = $"{name}_{place}";
            names.Add(name);
        }

        return [.. names];
    }

    private static PanopticSegmentation Segments(ImageRecord pixels, EvaluationData data) => PanopticImages.ReadSegments(
        pixels, PanopticImages.Things(data.Panoptic!), PanopticImages.Stuff(data.Panoptic!));

    /// <summary>The annotated objects of an image as they are drawn: a color for each.</summary>
    public static IEnumerable<OverlayItem> GroundTruth(InstanceDataset dataset, int imageIndex)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        CocoImage image = dataset.Images[imageIndex];
        return dataset.AnnotationsOf(imageIndex)
            .Where(a => a.Segmentation is not null && !a.IsCrowd)
            .Select((a, k) => new OverlayItem
            {
                Mask = a.ToRle(image.Height, image.Width),
                Box = a.Box,
                Label = dataset.Categories[dataset.IndexOfCategory(a.CategoryId)].Name,
                Number = a.CategoryId,
                Color = Palette.ColorOf(k),
            });
    }

    /// <summary>The predicted objects of an image as they are drawn: a color for each.</summary>
    /// <param name="segmentation">What was found.</param>
    /// <param name="minScore">Objects with a lower score are skipped.</param>
    public static IEnumerable<OverlayItem> Found(Segmentation segmentation, double minScore = ShownScore)
    {
        ArgumentNullException.ThrowIfNull(segmentation);
        return segmentation.Instances
            .Where(found => found.Score >= minScore)
            .Select((found, k) => new OverlayItem
            {
                Mask = found.Mask,
                Box = found.Box,
                Label = found.ClassName,
                Number = found.CategoryId,
                Score = found.Score,
                Color = Palette.ColorOf(k),
            });
    }
}
