using System.Globalization;
using System.Text;
using Panoptes.Imaging;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;
using Panoptes.Reports.Charts;
using Panoptes.Reports.Pages;

namespace Panoptes.Coco.Codecs;

/// <summary>Writes a page that shows how well masks survive: the curve next to the paper's figure, and masks before and after.</summary>
internal static class CodecPage
{
    private const int MostExamples = 12;
    private const int Zoom = 4;

    /// <summary>The one point of Figure 5 that the paper's text gives (section 4.1): 100 components, an error of 2.5 %.</summary>
    private static readonly ChartPoint s_paper = new(100, 0.025);

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="masks">The masks that it was measured on.</param>
    /// <param name="curve">What was measured.</param>
    /// <param name="compared">Other codecs, shown in the same plots.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void Write(
        string path, MaskCodec codec, MaskSet masks, IReadOnlyList<CodecCurvePoint> curve, IReadOnlyList<ComparedCodec> compared)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(masks);
        CodecCurvePoint? own = curve.LastOrDefault(p => p.Dimension <= codec.Dimension);
        HtmlPage page = new(
            "Panoptes · masks as a few numbers",
            "Mask codec",
            $"{Describe(codec)}, {codec.Size}×{codec.Size}, measured on {Html.Count(masks.Count, "mask")}.",
            $"Panoptes {Inference.ModelCard.LibraryVersion}");
        Tiles tiles = new("Codec");
        if (own is not null)
        {
            tiles.Add("Mean IoU", Html.Figure(own.MeanIoU), $"with {own.Dimension} numbers")
                .Add("E_recon", Percent(own.ReconstructionError), "what is missing to 1")
                .Add("IoU of a mask", Html.Figure(own.MaskIoU), "on average: what AP sees");
        }

        CodecCurvePoint? good = curve.FirstOrDefault(p => p.ReconstructionError < s_paper.Y);
        tiles.Add("Error below 2.5 %", good is null ? "–" : $"{good.Dimension}", "numbers needed; the paper: about 100");
        string html = page.ToHtml(tiles.ToHtml(), Curves(codec, curve, compared), Masks(codec, masks, compared));
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(html));
    }

    private static string Describe(MaskCodec codec) => codec switch
    {
        PcaCodec { Options.Space: MaskSpace.Logit } => "Principal components of logits",
        PcaCodec => "Principal components of pixels",
        _ => $"Auto-encoder with {((AutoencoderCodec)codec).Hidden} hidden units",
    };

    private static string Curves(MaskCodec codec, IReadOnlyList<CodecCurvePoint> curve, IReadOnlyList<ComparedCodec> compared)
    {
        ChartSeries error = Series("E_recon = 1 − mean IoU", "c0", curve, p => p.ReconstructionError);
        ChartSeries paper = new("the paper's figure 5, as its text says", "c1", [s_paper]) { Dots = true };
        ChartSeries mask = Series("mean IoU of a mask", "c2", curve, p => p.MaskIoU);
        ChartSeries variance = Series("lost variance", "c3", curve, p => p.LostVariance);
        List<ChartSeries> errors = [paper, error];
        List<ChartSeries> ious = [mask, variance];
        foreach ((int i, IGrouping<bool, ComparedCodec> kind) in compared.GroupBy(c => c.Codec is AutoencoderCodec).Index())
        {
            string name = kind.Key ? "auto-encoder" : "principal components";
            CodecCurvePoint[] points = [.. kind.Select(c => c.Point).OrderBy(p => p.Dimension)];
            errors.Add(Series($"E_recon, compared: {name}", $"c{4 + i}", points, p => p.ReconstructionError));
            ious.Add(Series($"mean IoU of a mask, compared: {name}", $"c{4 + i}", points, p => p.MaskIoU));
        }

        string axis = codec is PcaCodec ? "components" : "numbers";
        return "<section>\n<h2>How many numbers are needed</h2>\n<div class=\"charts\">\n"
            + ChartCard.ToHtml(new LineChart("Reconstruction error", errors, axis), "Figure 5 of MEInst", Percent)
            + ChartCard.ToHtml(new LineChart("Masks and variance", ious, axis, highest: 1), "what AP sees, what PCA minimizes", Html.Figure)
            + "</div>\n</section>\n";
    }

    private static ChartSeries Series(
        string name, string color, IEnumerable<CodecCurvePoint> points, Func<CodecCurvePoint, double> value) =>
        new(name, color, [.. points.Select(p => new ChartPoint(p.Dimension, value(p)))]) { Dots = true };

    private static string Masks(MaskCodec codec, MaskSet masks, IReadOnlyList<ComparedCodec> compared)
    {
        MaskCodec[] codecs = [.. Examples(codec), .. compared.Select(c => c.Codec)];
        StringBuilder html = new("<section>\n<h2>Before and after</h2>\n<p>Row by row: the mask, and what comes back from ");
        html.AppendJoin(
            ", ", codecs.Select(c => c is PcaCodec ? $"{c.Dimension} components" : $"{c.Dimension} numbers of an auto-encoder"));
        html.Append(". Gray is uncertain.</p>\n<div class=\"gallery\">\n");
        for (int i = 0; i < Math.Min(MostExamples, masks.Count); i++)
        {
            (byte[] mask, int @class) = masks.Mask((int)((long)i * masks.Count / MostExamples));
            List<Image> shown = [Draw(mask.Select(m => (float)m), codec.Size)];
            foreach (MaskCodec one in codecs)
            {
                float[] code = new float[one.Dimension];
                float[] decoded = new float[mask.Length];
                one.Encode(mask, code, @class);
                one.Decode(code, decoded, @class);
                shown.Add(Draw(decoded, codec.Size));
            }

            string name = masks.Categories.Count > 0 ? masks.Categories[@class].Name : "object";
            html.Append("<div class=\"card\">\n");
            html.Append(ImageFigure.ToHtml(Image.Grid(shown, 2), $"A mask of {name} and what comes back", ""));
            html.Append($"<p class=\"small\">{Html.Text(name)}</p>\n</div>\n");
        }

        return html.Append("</div>\n</section>\n").ToString();
    }

    /// <summary>The codecs that the examples show: principal components with fewer and more numbers than asked for, too.</summary>
    private static IEnumerable<MaskCodec> Examples(MaskCodec codec) => codec is PcaCodec pca
        ? new[] { 10, pca.Dimension, 120 }.Where(d => d <= pca.MostComponents).Distinct().Order().Select(pca.WithDimension)
        : [codec];

    private static Image Draw(IEnumerable<float> values, int size)
    {
        Image image = new(size * Zoom, size * Zoom);
        foreach ((int i, float value) in values.Index())
        {
            byte gray = (byte)Math.Round(255 * value);
            for (int y = 0; y < Zoom; y++)
            {
                image.Row(((i / size) * Zoom) + y).Slice((i % size) * Zoom * 3, Zoom * 3).Fill(gray);
            }
        }

        return image;
    }

    private static string Percent(double value) => $"{(100 * value).ToString("0.0#", CultureInfo.InvariantCulture)} %";
}
