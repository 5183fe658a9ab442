using System.Text;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>Writes the page that says what is wrong with a model: one file that needs no other.</summary>
internal static class InstancePage
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="analysis">What is wrong.</param>
    /// <param name="options">What else is on it; null for the defaults.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void Write(string path, InstanceAnalysis analysis, PageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(ToHtml(analysis, options ?? new PageOptions())));
    }

    private static string ToHtml(InstanceAnalysis analysis, PageOptions options)
    {
        string kind = analysis.Ap.Options.IouType switch
        {
            IouType.Bbox => "Boxes",
            IouType.Segm => "Masks",
            _ => "Masks and their boundaries",
        };
        string objects = Html.Count(analysis.Ap.Classes.Sum(c => c.Objects), "object");
        string detections = Html.Count(analysis.Ap.Classes.Sum(c => c.Detections), "detection");
        HtmlPage page = new(
            "Panoptes · what is wrong with a model",
            options.Title ?? kind,
            $"{kind}: {detections} compared with {objects} in {Html.Count(analysis.Images, "image")}.",
            $"Panoptes {Inference.ModelCard.LibraryVersion}");
        return page.ToHtml(
            SummarySection.Tiles(analysis.Ap),
            SummarySection.ToHtml(analysis),
            ComparisonSection.ToHtml(options),
            ErrorSection.ToHtml(analysis),
            ClassSection.ToHtml(analysis),
            GallerySection.ToHtml(analysis, options),
            ConfusionSection.ToHtml(analysis.Confusion),
            PrecisionSection.ToHtml(analysis.Ap),
            CalibrationSection.ToHtml(analysis.Calibration));
    }
}
