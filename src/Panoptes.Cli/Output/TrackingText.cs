using Panoptes.Coco.Evaluation.Tracking;

namespace Panoptes.Cli.Output;

/// <summary>How well objects were followed, as text for people.</summary>
internal static class TrackingText
{
    /// <summary>Writes the figures over all and, if wanted, those of each class.</summary>
    public static void Write(TextWriter output, TrackingResult result, bool perClass)
    {
        TrackingFigures all = result.All;
        (string Name, double Value)[] figures =
        [
            ("HOTA", all.Hota), ("DetA", all.DetA), ("AssA", all.AssA), ("LocA", all.LocA),
            ("IDF1", all.Idf1), ("MOTA", all.Mota), ("MOTP", all.Motp),
        ];
        foreach ((string name, double value) in figures) output.WriteLine($"{name}  {FigureText.Of(value)}");
        output.WriteLine(
            $"{all.Tracks} tracks in {result.Frames} images ({all.MostlyTracked} mostly tracked, {all.MostlyLost} mostly lost), "
            + $"{all.PredictedTracks} predicted; {all.Misses} misses, {all.FalseAlarms} false alarms, {all.IdSwitches} changes of number, "
            + $"{all.Fragmentations} fragmentations");
        if (!perClass) return;

        int width = result.Classes.Select(c => c.Category.Name.Length).Append("class".Length).Max();
        output.WriteLine();
        output.WriteLine($"{"class".PadRight(width)}   HOTA   IDF1   MOTA  tracks  changes");
        foreach (TrackingClass c in result.Classes)
        {
            string line = string.Join("  ", new[] { c.Figures.Hota, c.Figures.Idf1, c.Figures.Mota }.Select(FigureText.Of));
            output.WriteLine($"{c.Category.Name.PadRight(width)}  {line}  {c.Figures.Tracks,6}  {c.Figures.IdSwitches,7}");
        }
    }
}
