using Panoptes.Coco.Evaluation;

namespace Panoptes.Cli.Output;

/// <summary>Average precision as text for people.</summary>
internal static class ApText
{
    private static readonly Dictionary<string, string> s_meanings = new()
    {
        ["AP"] = "average precision, mean over IoU 0.50:0.95",
        ["AP50"] = "at IoU 0.50",
        ["AP75"] = "at IoU 0.75",
        ["APs"] = "small objects, area below 32x32",
        ["APm"] = "medium objects",
        ["APl"] = "large objects, area above 96x96",
        ["APr"] = "rare classes",
        ["APc"] = "common classes",
        ["APf"] = "frequent classes",
        ["AR1"] = "average recall with 1 detection of a class in an image",
        ["AR10"] = "with 10",
        ["AR100"] = "with 100",
        ["AR300"] = "average recall with 300 detections in an image",
        ["ARs"] = "small objects",
        ["ARm"] = "medium objects",
        ["ARl"] = "large objects",
    };

    /// <summary>Writes the overall figures, one a line, and after them those of each class if wanted.</summary>
    public static void Write(TextWriter output, ApResult result, bool perClass)
    {
        for (int i = 0; i < result.Names.Count; i++)
        {
            string name = result.Names[i];
            output.WriteLine($"{name,-6} {FigureText.Of(result.Stats[i])}  {s_meanings.GetValueOrDefault(name, "")}".TrimEnd());
        }

        if (perClass) WriteClasses(output, result);
    }

    /// <summary>Writes the overall figures of boxes and masks in two columns.</summary>
    public static void Write(TextWriter output, ApResult bbox, ApResult segm)
    {
        output.WriteLine("         bbox   segm");
        for (int i = 0; i < segm.Names.Count; i++)
        {
            string name = segm.Names[i];
            string figures = $"{name,-6}  {FigureText.Of(bbox.Stats[i])}  {FigureText.Of(segm.Stats[i])}";
            output.WriteLine($"{figures}  {s_meanings.GetValueOrDefault(name, "")}".TrimEnd());
        }
    }

    /// <summary>Writes a table with a line for each class.</summary>
    public static void WriteClasses(TextWriter output, ApResult result)
    {
        int width = result.Classes.Select(c => c.Name.Length).Append("class".Length).Max();
        output.WriteLine();
        output.WriteLine($"{"class".PadRight(width)}     AP   AP50   AP75     AR  objects  detections");
        foreach (ApClass c in result.Classes)
        {
            string figures = string.Join("  ", new[] { c.Ap, c.Ap50, c.Ap75, c.Ar }.Select(FigureText.Of));
            output.WriteLine($"{c.Name.PadRight(width)}  {figures}  {c.Objects,7}  {c.Detections,10}");
        }
    }
}
