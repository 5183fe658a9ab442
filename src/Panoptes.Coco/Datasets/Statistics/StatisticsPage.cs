using System.Globalization;
using System.Text;
using Panoptes.Coco.Datasets.Statistics.Sections;
using Panoptes.Inference;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Writes a dataset's page: histograms and tables in one file that needs no other.</summary>
internal static class StatisticsPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="statistics">The figures.</param>
    /// <param name="title">What the page is called: the dataset's name.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void Write(string path, DatasetStatistics statistics, string title)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(ToHtml(statistics, title)));
    }

    internal static string ToHtml(DatasetStatistics statistics, string title)
    {
        string kind = statistics.IsPanoptic ? "A panoptic dataset" : "An instance dataset";
        string lead = $"{kind}: {Html.Count(statistics.Images, "image")} with {Html.Count(statistics.Objects, "object")} of "
            + $"{Html.Count(statistics.Classes.Count)} {(statistics.Classes.Count == 1 ? "class" : "classes")}.";
        HtmlPage page = new("Panoptes · statistics of a dataset", title, lead, $"Panoptes {ModelCard.LibraryVersion}")
        {
            Notice = string.Concat(statistics.Warnings.Select(warning => $"<p class=\"notice\">{Html.Text(warning)}</p>\n")),
        };
        return page.ToHtml(
            Headline(statistics),
            ClassSection.ToHtml(statistics),
            ObjectSection.ToHtml(statistics),
            ImageSection.ToHtml(statistics),
            PairSection.ToHtml(statistics));
    }

    private static string Headline(DatasetStatistics statistics)
    {
        string crowds = statistics.Crowds == 0 ? "no crowds" : $"and {Html.Count(statistics.Crowds, "crowd")}";
        SizeClasses sizes = statistics.Sizes;
        Tiles tiles = new Tiles("What there is")
            .Add("Objects", Html.Count(statistics.Objects), crowds)
            .Add("Images", Html.Count(statistics.Images), $"{Html.Count(statistics.EmptyImages)} without objects")
            .Add("Classes", Html.Count(statistics.Classes.Count), $"{Html.Count(statistics.EmptyClasses)} without objects")
            .Add("Small objects", Percent(sizes.Small, statistics.Objects), "area below 32² pixels")
            .Add("Medium", Percent(sizes.Medium, statistics.Objects), "up to 96²")
            .Add("Large", Percent(sizes.Large, statistics.Objects), "the rest");
        if (statistics.IsPanoptic)
        {
            tiles.Add("Stuff", Html.Count(statistics.Stuff), "segments");
        }

        if (statistics.Pixels is { Void: { } count, Total: > 0 and var total })
        {
            tiles.Add("Void", Percent(count, total), "of all pixels are unlabeled");
        }

        return tiles.ToHtml();
    }

    /// <summary>A part of a whole with one decimal, in one piece.</summary>
    internal static string Percent(double part, double whole) =>
        whole == 0 ? "–" : (100 * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + "\u00a0%";
}
