using System.Globalization;
using Panoptes.Coco.Evaluation.Comparison;

namespace Panoptes.Cli.Output;

/// <summary>The comparison of two results as text for people.</summary>
internal static class ComparisonText
{
    /// <summary>Writes the overall figures, and the classes that differ by more than chance.</summary>
    public static void Write(TextWriter output, ResultComparison comparison)
    {
        IReadOnlyList<FigureDifference> figures = comparison.Figures;
        BootstrapOptions options = comparison.Options;
        FigureDifference[] changed = [.. comparison.Classes.Where(c => c.IsSignificant).OrderByDescending(c => Math.Abs(c.Difference))];
        int width = figures.Concat(changed).Select(f => f.Name.Length).Append(6).Max();
        output.WriteLine();
        output.WriteLine(
            $"{"".PadRight(width)}   these   those  difference  {100 * options.Confidence:0.#} % of {options.Samples} draws of images");
        foreach (FigureDifference figure in figures.Concat(changed))
        {
            string verdict = !figure.IsSignificant ? "may be chance" : figure.Difference > 0 ? "better" : "worse";
            output.WriteLine(
                $"{figure.Name.PadRight(width)}   {FigureText.Of(figure.Value)}   {FigureText.Of(figure.Baseline)}"
                + $"  {Signed(figure.Difference),10}  {Signed(figure.Interval.Low)} to {Signed(figure.Interval.High)}  {verdict}");
        }
    }

    private static string Signed(double value) =>
        double.IsNaN(value) ? "-" : value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
