using System.Globalization;
using Panoptes.Coco.Datasets.Statistics;

namespace Panoptes.Cli.Output;

/// <summary>What a dataset holds, as text for people.</summary>
internal static class StatisticsText
{
    /// <summary>Classes and sizes shown; the rest is a line.</summary>
    private const int MostClasses = 100;
    private const int MostSizes = 5;
    private const int MostPairs = 10;

    /// <summary>Writes the overall figures and a table of each kind.</summary>
    public static void Write(TextWriter output, DatasetStatistics s)
    {
        output.WriteLine($"images    {s.Images,9:N0}  {s.EmptyImages:N0} without objects");
        output.WriteLine($"objects   {s.Objects,9:N0}  small {Part(s.Sizes.Small, s.Objects)}, medium {Part(s.Sizes.Medium, s.Objects)}, "
            + $"large {Part(s.Sizes.Large, s.Objects)}");
        output.WriteLine($"crowds    {s.Crowds,9:N0}");
        if (s.IsPanoptic) output.WriteLine($"stuff     {s.Stuff,9:N0}  segments");
        output.WriteLine($"classes   {s.Classes.Count,9:N0}  {s.EmptyClasses:N0} without objects");
        WriteClasses(output, s);
        WriteMeasures(output, s);
        WriteLevels(output, s);
        WriteImageSizes(output, s);
        WriteMasks(output, s);
        WritePairs(output, s);
    }

    private static void WriteClasses(TextWriter output, DatasetStatistics s)
    {
        int width = s.Classes.Select(c => c.Name.Length).Append("class".Length).Max();
        string kind = s.IsPanoptic ? "  kind " : "";
        output.WriteLine();
        output.WriteLine(
            $"{"class".PadRight(width)}{kind}   objects   share  images  crowds   mean area  median area    small   medium    large");
        foreach (ClassStatistics c in s.Classes.OrderByDescending(c => c.Objects).Take(MostClasses))
        {
            string thing = c.IsThing switch { true => "  thing", false => "  stuff", null => "" };
            output.WriteLine(
                $"{c.Name.PadRight(width)}{thing}  {c.Objects,8:N0}  {Percent(c.Share),6}  {c.Images,8:N0}  {c.Crowds,6:N0}  "
                + $"{Area(c.MeanArea),10}  {Area(c.MedianArea),11}  {c.Sizes.Small,7:N0}  {c.Sizes.Medium,7:N0}  {c.Sizes.Large,7:N0}");
        }

        int more = s.Classes.Count - MostClasses;
        if (more > 0) output.WriteLine($"... and {more:N0} rarer classes (--json and --report hold all)");
    }

    private static void WriteMeasures(TextWriter output, DatasetStatistics s)
    {
        (string Name, Histogram Histogram)[] measures =
        [
            ("objects in an image", s.ObjectsPerImage),
            ("classes in an image", s.ClassesPerImage),
            ("size of an object (root of its area, pixels)", s.ObjectSize),
            ("the same, as a part of the image's", s.RelativeSize),
            ("width over height of an object", s.ObjectAspect),
            ("short side of an image (pixels)", s.ImageShortSide),
            ("width over height of an image", s.ImageAspect),
            ("polygons of an object", s.PolygonsPerObject),
            ("corners of an object's polygons", s.CornersPerObject),
        ];
        int width = measures.Max(m => m.Name.Length);
        output.WriteLine();
        output.WriteLine($"{"".PadRight(width)}        min      mean    median       max");
        foreach ((string name, Histogram h) in measures.Where(m => m.Histogram.Count > 0))
        {
            output.WriteLine($"{name.PadRight(width)}  {Number(h.Min),9} {Number(h.Mean),9} {Number(h.Median),9} {Number(h.Max),9}");
        }
    }

    private static void WriteLevels(TextWriter output, DatasetStatistics s)
    {
        output.WriteLine();
        output.WriteLine($"level  half the longer side  objects   share   (network's input {s.Options.ShortSide} x {s.Options.LongSide})");
        foreach (PyramidLevel level in s.Levels)
        {
            string range = double.IsFinite(level.To) ? $"{level.From:0.#} to {level.To:0.#}" : $"above {level.From:0.#}";
            output.WriteLine($"{level.Name,-5}  {range,20}  {level.Objects,7:N0}  {Percent(level.Share),6}");
        }
    }

    private static void WriteImageSizes(TextWriter output, DatasetStatistics s)
    {
        if (s.ImageSizes.Count == 0) return;
        string more = s.ImageSizes.Count > MostSizes ? $", {s.ImageSizes.Count - MostSizes:N0} more sizes" : "";
        string sizes = string.Join(", ", s.ImageSizes.Take(MostSizes).Select(n => $"{n.Size} ({n.Images:N0})"));
        output.WriteLine();
        output.WriteLine($"image sizes  {sizes}{more}");
    }

    private static void WriteMasks(TextWriter output, DatasetStatistics s)
    {
        if (s.Masks is { } masks)
        {
            (string Name, int Count)[] forms =
            [
                ("polygons", masks.Polygons),
                ("compressed run lengths", masks.CompressedRle),
                ("uncompressed run lengths", masks.UncompressedRle),
                ("none, boxes alone", masks.None),
            ];
            output.WriteLine($"masks          {string.Join(", ", forms.Where(f => f.Count > 0).Select(f => $"{f.Name} ({f.Count:N0})"))}");
        }

        if (s.Pixels is { Total: > 0 } pixels)
        {
            string unlabeled = pixels.Void is { } count ? $", void {Part(count, pixels.Total)}" : "";
            string labeled = $"things {Part(pixels.Things, pixels.Total)}, stuff {Part(pixels.Stuff, pixels.Total)}";
            output.WriteLine($"pixels         {labeled}{unlabeled}");
        }
    }

    private static void WritePairs(TextWriter output, DatasetStatistics s)
    {
        if (s.Pairs.Count == 0) return;
        output.WriteLine();
        output.WriteLine("classes that occur together");
        foreach (ClassPair pair in s.Pairs.Take(MostPairs))
        {
            output.WriteLine($"{pair.Images,9:N0}  {pair.First.Name} + {pair.Second.Name}");
        }
    }

    private static string Part(long part, long whole) => Percent(whole == 0 ? 0 : (double)part / whole);

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Area(double? area) => area?.ToString("N0", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(double value) => value.ToString(Math.Abs(value) < 100 ? "0.##" : "N0", CultureInfo.InvariantCulture);
}
