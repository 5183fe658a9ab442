using Panoptes.Coco;
using Panoptes.Imaging;
using Panoptes.Imaging.Drawing;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Training.Data;

namespace Panoptes.Training.Engine;

/// <summary>Draws validation pictures with the ground truth on the left and the predictions on the right.</summary>
public static class SampleSheets
{
    /// <summary>Predictions below this score are not drawn; they count for AP but would bury the picture.</summary>
    private const double ShownScore = 0.3;

    /// <summary>Stuff has no names in the picture: a legend below says which colour is which class.</summary>
    private static readonly PanopticOverlayOptions WithLegend = PanopticOverlayOptions.Default with { Legend = true };

    /// <summary>Draws the first pictures of a data set.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="data">The pictures and their ground truth.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="output">The folder that receives a PNG for each.</param>
    /// <param name="oracle">The true instances that stand in for detected ones; null lets the model detect them.</param>
    public static void Draw(Segmenter segmenter, EvaluationData data, int count, string output, TrueInstances? oracle = null)
    {
        IReadOnlyList<PictureRecord> segments = segmenter.Card.IsPanoptic ? data.ListSegments() : [];
        for (int i = 0; i < Math.Min(count, data.Objects.Images.Count); i++)
        {
            CocoImage image = data.Objects.Images[i];
            Image picture = Image.Load(Path.Combine(data.ImagesFolder, image.FileName));
            Segmentation segmentation = oracle is null
                ? segmenter.Segment(picture)
                : segmenter.SegmentKnown([picture], [oracle.ListOf(i, picture)])[0];
            (Image truth, Image found) = segments.Count > 0 && segmentation.Panoptic is { } panoptic
                ? (Draw(Segments(segments[i], data)), Draw(panoptic))
                : (Overlay.Draw(picture, [.. Truth(data.Objects, i)]), Overlay.Draw(picture, [.. Found(segmentation)]));
            Montage.SideBySide([truth, found]).SavePng(Path.Combine(output, Path.GetFileNameWithoutExtension(image.FileName) + ".png"));

            Image Draw(PanopticSegmentation drawn) => PanopticOverlay.Draw(picture, drawn, WithLegend);
        }
    }

    private static PanopticSegmentation Segments(PictureRecord picture, EvaluationData data) => PanopticPictures.ReadSegments(
        picture, PanopticPictures.Things(data.Panoptic!), PanopticPictures.Stuff(data.Panoptic!));

    /// <summary>The annotated objects of a picture as they are drawn: a colour for each.</summary>
    public static IEnumerable<OverlayItem> Truth(InstanceDataset dataset, int imageIndex)
    {
        CocoImage image = dataset.Images[imageIndex];
        return dataset.AnnotationsOf(imageIndex)
            .Where(a => a.Segmentation is not null && !a.IsCrowd)
            .Select((a, k) => new OverlayItem
            {
                Mask = a.ToRle(image.Height, image.Width),
                Box = a.Box,
                Label = dataset.Categories[dataset.IndexOfCategory(a.CategoryId)].Name,
                Color = Palette.ColorOf(k),
            });
    }

    /// <summary>The predicted objects of a picture as they are drawn: a colour for each.</summary>
    /// <param name="segmentation">What was found.</param>
    /// <param name="minScore">Objects with a lower score are left out.</param>
    public static IEnumerable<OverlayItem> Found(Segmentation segmentation, double minScore = ShownScore) => segmentation.Instances
        .Where(found => found.Score >= minScore)
        .Select((found, k) => new OverlayItem
        {
            Mask = found.Mask,
            Box = found.Box,
            Label = found.ClassName,
            Score = found.Score,
            Color = Palette.ColorOf(k),
        });
}
