using System.Globalization;
using System.Text;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Reports;

/// <summary>Which classes are taken for which: a map, and the pairs that occur most often.</summary>
internal static class ConfusionSection
{
    private const int MostPairs = 12;
    private const int MostNamed = 30; // with more classes, names would be too small to read
    private const int Margin = 130; // for names
    private const int Side = 640;

    public static string ToHtml(ConfusionMatrix matrix)
    {
        if (matrix.Classes.Count < 2)
        {
            return "";
        }

        StringBuilder html = new("<section>\n<h2>Confusions</h2>\n<p>");
        html.Append(matrix.MinScore is { } score
            ? $"Detections with a score of {score.ToString("0.0#", CultureInfo.InvariantCulture)} or more: "
                + "the last row holds false alarms, the last column missed objects. "
            : "All labeled pixels; the last column holds those without a prediction. ");
        html.Append("Rows are the ground truth, columns the predictions. The darker a cell, the larger its share of the row. ");
        html.Append("Hover over a cell to read its value.</p>\n<div class=\"pair\">\n<figure class=\"card\">\n");
        html.Append(Map(matrix)).Append("\n</figure>\n");
        html.Append(Pairs(matrix));
        return html.Append("</div>\n</section>\n").ToString();
    }

    private static string Map(ConfusionMatrix matrix)
    {
        int size = matrix.Classes.Count + 1;
        int margin = size <= MostNamed + 1 ? Margin : 8;
        double cell = (double)Side / size;
        StringBuilder svg = new();
        svg.Append($"<svg class=\"chart map\" viewBox=\"0 0 {margin + Side} {margin + Side}\" ");
        svg.Append("role=\"img\" aria-label=\"Confusion matrix\">");
        svg.Append($"<rect class=\"frame\" x=\"{margin}\" y=\"{margin}\" width=\"{Side}\" height=\"{Side}\"/>");
        for (int t = 0; t < size; t++)
        {
            double total = Enumerable.Range(0, size).Sum(p => matrix[t, p]);
            for (int p = 0; p < size; p++)
            {
                if (matrix[t, p] == 0)
                {
                    continue;
                }

                string color = t == p ? "c2" : t == size - 1 || p == size - 1 ? "c5" : "c1";
                string opacity = Number(0.12 + (0.88 * Math.Sqrt(matrix[t, p] / total)));
                svg.Append($"<rect class=\"bar-fill {color}\" x=\"{Number(margin + (p * cell))}\" y=\"{Number(margin + (t * cell))}\"");
                svg.Append($" width=\"{Number(cell)}\" height=\"{Number(cell)}\" opacity=\"{opacity}\">");
                svg.Append($"<title>{Html.Text(Describe(matrix, t, p))}</title></rect>");
            }

            if (margin == Margin)
            {
                string name = Html.Text(t == size - 1 ? "(nothing)" : matrix.Classes[t]);
                string middle = Number(margin + ((t + 0.5) * cell));
                svg.Append($"<text x=\"{margin - 6}\" y=\"{middle}\" dy=\".35em\" text-anchor=\"end\">{name}</text>");
                svg.Append($"<text transform=\"translate({middle} {margin - 6}) rotate(-90)\" dy=\".35em\">{name}</text>");
            }
        }

        return svg.Append("</svg>").ToString();
    }

    private static string Pairs(ConfusionMatrix matrix)
    {
        IReadOnlyList<(int GroundTruth, int Prediction, long Count)> pairs = matrix.Confusions();
        if (pairs.Count == 0)
        {
            return "<p>No class was mistaken for another.</p>\n";
        }

        StringBuilder html = new("<div class=\"scroll\"><table>\n<thead><tr><th>There is</th><th>Found</th>");
        html.Append($"<th>{(matrix.MinScore is null ? "Pixels" : "Times")}</th><th>Of all</th></tr></thead>\n<tbody>\n");
        foreach ((int groundTruth, int prediction, long count) in pairs.Take(MostPairs))
        {
            double all = Enumerable.Range(0, matrix.Classes.Count + 1).Sum(p => matrix[groundTruth, p]);
            html.Append($"<tr><th scope=\"row\">{Html.Text(matrix.Classes[groundTruth])}</th>");
            html.Append($"<td>{Html.Text(matrix.Classes[prediction])}</td>");
            string share = (100 * count / all).ToString("0.#", CultureInfo.InvariantCulture);
            html.Append($"<td>{Html.Count(count)}</td><td>{share} %</td></tr>\n");
        }

        return html.Append("</tbody>\n</table></div>\n").ToString();
    }

    private static string Describe(ConfusionMatrix matrix, int groundTruth, int prediction)
    {
        int nothing = matrix.Classes.Count;
        string count = Html.Count(matrix[groundTruth, prediction]);
        return groundTruth == nothing ? $"false {matrix.Classes[prediction]}: {count}"
            : prediction == nothing ? $"{matrix.Classes[groundTruth]} missed: {count}"
            : groundTruth == prediction ? $"{matrix.Classes[groundTruth]} found: {count}"
            : $"{matrix.Classes[groundTruth]} taken for {matrix.Classes[prediction]}: {count}";
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
