using System.Globalization;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>Whether scores can be read as probabilities.</summary>
internal static class CalibrationSection
{
    public static string ToHtml(Calibration calibration)
    {
        IEnumerable<CalibrationBin> filled = calibration.Bins.Where(b => b.Count > 0);
        ChartSeries measured = new("measured", "c0", [.. filled.Select(b => new ChartPoint(b.MeanScore, b.Precision))]) { Dots = true };
        ChartSeries perfect = new("as good as its score", "c5", [new ChartPoint(0, 0), new ChartPoint(1, 1)]);
        LineChart curve = new("Precision by score", [measured, perfect], "score", highest: 1, farthest: 1);
        ChartBar[] bars =
        [
            .. calibration.Bins.Select(b => new ChartBar(
                b.From.ToString("0.0", CultureInfo.InvariantCulture),
                b.Count,
                $"{b.From:0.0} to {b.To:0.0}: {Html.Count(b.Count, "detection")}")),
        ];
        return "<section>\n<h2>Are the scores reliable?</h2>\n"
            + "<p>Of detections with a score of 0.7, seven in ten should have found an object. "
            + "The expected calibration error (arXiv 1706.04599), the mean distance from that, "
            + $"is <b>{Html.Figure(calibration.ExpectedError)}</b>.</p>\n"
            + "<div class=\"charts\">\n"
            + ChartCard.ToHtml(curve, "points below the line: scores too high", _ => "")
            + ChartCard.ToHtml(new BarChart("Detections by score", bars, "score from"), "how many there are")
            + "</div>\n</section>\n";
    }
}
