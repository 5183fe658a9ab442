using Panoptes.Coco.Evaluation;

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
            string quality = string.Join("  ", new[] { figures.Pq, figures.Sq, figures.Rq }.Select(FigureText.Of));
            output.WriteLine($"{name,-6}  {quality}  {figures.Classes,7}");
        }

        output.WriteLine($"mIoU    {FigureText.Of(result.MeanIoU)}");
        if (!perClass) return;

        int width = result.Classes.Select(c => c.Category.Name.Length).Append("class".Length).Max();
        output.WriteLine();
        output.WriteLine($"{"class".PadRight(width)}     PQ     SQ     RQ    IoU  matched  extra  missed");
        foreach (PqClass c in result.Classes)
        {
            double[] quality = c.Occurs ? [c.Pq, c.Sq, c.Rq] : [-1, -1, -1];
            string figures = string.Join("  ", quality.Append(c.PixelIoU ?? -1).Select(FigureText.Of));
            output.WriteLine(
                $"{c.Category.Name.PadRight(width)}  {figures}  {c.TruePositives,7}  {c.FalsePositives,5}  {c.FalseNegatives,6}");
        }
    }
}
