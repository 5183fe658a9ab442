using System.Globalization;
using Panoptes.Evaluation;

namespace Panoptes.Cli.Output;

/// <summary>Panoptic quality as text for people.</summary>
internal static class PqText
{
    /// <summary>Writes the averages and, if wanted, the figures of each class.</summary>
    public static void Write(TextWriter output, PqResult result, bool perClass)
    {
        output.WriteLine("           PQ     SQ     RQ  classes");
        foreach ((string name, PqFigures figures) in new[] { ("all", result.All), ("things", result.Things), ("stuff", result.Stuff) })
        {
            output.WriteLine($"{name,-6}  {Figure(figures.Pq)}  {Figure(figures.Sq)}  {Figure(figures.Rq)}  {figures.Classes,7}");
        }

        output.WriteLine($"mIoU    {Figure(result.MeanIoU)}");
        if (!perClass) return;

        int width = result.Classes.Select(c => c.Category.Name.Length).Append("class".Length).Max();
        output.WriteLine();
        output.WriteLine($"{"class".PadRight(width)}     PQ     SQ     RQ    IoU  matched  extra  missed");
        foreach (PqClass c in result.Classes)
        {
            string figures = string.Join("  ", new[] { c.Occurs ? c.Pq : -1, c.Occurs ? c.Sq : -1, c.Occurs ? c.Rq : -1, c.PixelIoU ?? -1 }.Select(Figure));
            output.WriteLine(
                $"{c.Category.Name.PadRight(width)}  {figures}  {c.TruePositives,7}  {c.FalsePositives,5}  {c.FalseNegatives,6}");
        }
    }

    /// <summary>Three decimals; a dash for a class that does not occur.</summary>
    private static string Figure(double value) => value < 0 ? "    -" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
