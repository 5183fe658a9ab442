using Panoptes.Coco;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Training.Engine;

/// <summary>Draws validation pictures with the ground truth on the left and the predictions on the right.</summary>
public static class SampleSheets
{
    /// <summary>Predictions below this score are not drawn; they count for AP but would bury the picture.</summary>
    private const double ShownScore = 0.3;

    /// <summary>Draws the first pictures of a data set.</summary>
    /// <param name="segmenter">The model.</param>
    /// <param name="dataset">The ground truth.</param>
    /// <param name="imagesFolder">The folder of its pictures.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="output">The folder that receives a PNG for each.</param>
    public static void Draw(Segmenter segmenter, InstanceDataset dataset, string imagesFolder, int count, string output)
    {
        for (int i = 0; i < Math.Min(count, dataset.Images.Count); i++)
        {
            CocoImage image = dataset.Images[i];
            Image picture = Image.Load(Path.Combine(imagesFolder, image.FileName));
            Image truth = Overlay.Draw(picture, [.. Truth(dataset, i)]);
            Image found = Overlay.Draw(picture, [.. Found(segmenter.Segment(picture))]);
            Montage.SideBySide([truth, found]).SavePng(Path.Combine(output, Path.GetFileNameWithoutExtension(image.FileName) + ".png"));
        }
    }

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
