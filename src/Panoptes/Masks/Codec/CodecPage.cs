using System.Globalization;
using System.Text;
using Panoptes.Imaging;
using Panoptes.Pages;
using Panoptes.Pages.Charts;

namespace Panoptes.Masks.Codec;

/// <summary>Writes a page that shows how well masks survive: the curve beside the paper's figure, and masks before and after.</summary>
public static class CodecPage
{
    private const int Examples = 12;
    private const int Zoom = 4;

    /// <summary>The one point of Figure 5 that the paper's text gives (section 4.1): 100 components, an error of 2.5 %.</summary>
    private static readonly ChartPoint s_paper = new(100, 0.025);

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="masks">The masks that it was measured on.</param>
    /// <param name="curve">What was measured.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void Write(string path, MaskCodec codec, MaskSet masks, IReadOnlyList<CodecCurvePoint> curve)
    {
        CodecCurvePoint? own = curve.LastOrDefault(p => p.Dimension <= codec.Dimension);
        string kind = codec.Options.Space == MaskSpace.Logit ? "logits" : "pixels";
        HtmlPage page = new(
            "Panoptes · masks as a few numbers",
            "Mask codec",
            $"Principal components of {kind} of {codec.Size}×{codec.Size}, measured on {Html.Count(masks.Count, "mask")}.",
            $"Panoptes {Inference.ModelCard.LibraryVersion}");
        Tiles tiles = new("Codec");
        if (own is not null)
        {
            tiles.Add("Mean IoU", Html.Figure(own.MeanIoU), $"with {own.Dimension} numbers")
                .Add("E_recon", Percent(own.ReconstructionError), "what is lacking to 1")
                .Add("IoU of a mask", Html.Figure(own.MaskIoU), "on average: what AP sees");
        }

        CodecCurvePoint? good = curve.FirstOrDefault(p => p.ReconstructionError < s_paper.Y);
        tiles.Add("Error below 2.5 %", good is null ? "–" : $"{good.Dimension}", "numbers needed; the paper: about 100");
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(page.ToHtml(tiles.ToHtml(), Curves(curve), Masks(codec, masks))));
    }

    private static string Curves(IReadOnlyList<CodecCurvePoint> curve)
    {
        ChartSeries error = new("E_recon = 1 − mean IoU", "c0", [.. curve.Select(p => new ChartPoint(p.Dimension, p.ReconstructionError))]) { Dots = true };
        ChartSeries paper = new("the paper's figure 5, as its text says", "c1", [s_paper]) { Dots = true };
        ChartSeries mask = new("mean IoU of a mask", "c2", [.. curve.Select(p => new ChartPoint(p.Dimension, p.MaskIoU))]) { Dots = true };
        ChartSeries variance = new("lost variance", "c3", [.. curve.Select(p => new ChartPoint(p.Dimension, p.LostVariance))]) { Dots = true };
        return "<section>\n<h2>How many numbers are needed</h2>\n<div class=\"charts\">\n"
            + ChartCard.ToHtml(new LineChart("Reconstruction error", [paper, error], "components"), "Figure 5 of MEInst", Percent)
            + ChartCard.ToHtml(new LineChart("Masks and variance", [mask, variance], "components", highest: 1), "what AP sees, what PCA minimises", Html.Figure)
            + "</div>\n</section>\n";
    }

    private static string Masks(MaskCodec codec, MaskSet masks)
    {
        int[] dimensions = [.. new[] { 10, codec.Dimension, 120 }.Where(d => d <= codec.MostComponents).Distinct().Order()];
        StringBuilder html = new("<section>\n<h2>Before and after</h2>\n<p>Row by row: the mask, and what comes back from ");
        html.Append($"{string.Join(", ", dimensions)} numbers. Grey is uncertain.</p>\n<div class=\"gallery\">\n");
        MaskCodec[] codecs = [.. dimensions.Select(codec.WithDimension)];
        for (int i = 0; i < Math.Min(Examples, masks.Count); i++)
        {
            (byte[] mask, int @class) = masks.Mask((int)((long)i * masks.Count / Examples));
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
            html.Append("<div class=\"card\">\n").Append(PictureFigure.ToHtml(Montage.Grid(shown, 2), $"A mask of {name} and what comes back", ""));
            html.Append($"<p class=\"small\">{Html.Text(name)}</p>\n</div>\n");
        }

        return html.Append("</div>\n</section>\n").ToString();
    }

    private static Image Draw(IEnumerable<float> values, int size)
    {
        Image image = new(size * Zoom, size * Zoom);
        foreach ((int i, float value) in values.Index())
        {
            byte grey = (byte)Math.Round(255 * value);
            for (int y = 0; y < Zoom; y++)
            {
                image.Row(((i / size) * Zoom) + y).Slice((i % size) * Zoom * 3, Zoom * 3).Fill(grey);
            }
        }

        return image;
    }

    private static string Percent(double value) => $"{(100 * value).ToString("0.0#", CultureInfo.InvariantCulture)} %";
}
