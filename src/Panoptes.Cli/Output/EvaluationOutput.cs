using System.Text.Json;
using Panoptes.Coco.Evaluation;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Output;

/// <summary>The result of an evaluation, as JSON for scripts and as text for people: the same in every command that evaluates.</summary>
internal static class EvaluationOutput
{
    private static readonly string[] s_short = ["AP", "AP50", "AP75"];
    private static readonly string[] s_shortPanoptic = ["PQ", "SQ", "RQ"];

    /// <summary>
    /// Writes <c>bbox</c>, <c>segm</c>, <c>panoptic</c> where panoptic quality was measured, <c>oracle</c> where true boxes stood in for
    /// detected ones, and <c>images</c> into an object that has been begun.
    /// </summary>
    public static void WriteScores(Utf8JsonWriter json, EvaluationResult result)
    {
        json.WritePropertyName("bbox"u8);
        result.Bbox.Write(json);
        json.WritePropertyName("segm"u8);
        result.Segm.Write(json);
        if (result.Panoptic is { } panoptic)
        {
            json.WritePropertyName("panoptic"u8);
            panoptic.Write(json);
        }

        if (result.WithTrueBoxes) json.WriteString("oracle"u8, "boxes"u8);
        json.WriteNumber("images"u8, result.Images);
    }

    /// <summary>Writes <see cref="WriteScores"/> and <c>seconds</c> into an object that has been begun.</summary>
    public static void WriteFields(Utf8JsonWriter json, EvaluationResult result)
    {
        WriteScores(json, result);
        json.WriteStartObject("seconds"u8);
        json.WriteNumber("load"u8, result.Seconds.Load);
        json.WriteNumber("network"u8, result.Seconds.Network);
        json.WriteNumber("post"u8, result.Seconds.Post);
        json.WriteEndObject();
    }

    /// <summary>Writes <see cref="WriteFields"/> as an object of its own: what <c>panoptes eval --json</c> prints.</summary>
    public static void Write(Utf8JsonWriter json, EvaluationResult result)
    {
        json.WriteStartObject();
        WriteFields(json, result);
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes panoptic quality where there is one, whether true boxes stood in for detected ones, the figures of boxes and masks side by
    /// side, and below them how many images there were and their time.
    /// </summary>
    public static void WriteText(TextWriter output, EvaluationResult result, bool perClass = false)
    {
        if (result.Panoptic is { } panoptic)
        {
            PqText.Write(output, panoptic, perClass);
            output.WriteLine();
        }

        if (result.WithTrueBoxes)
        {
            output.WriteLine("oracle: things had their true boxes and classes, and the mean embeddings of their true masks");
            output.WriteLine();
        }

        ApText.Write(output, result.Bbox, result.Segm);
        if (perClass) ApText.WriteClasses(output, result.Segm);
        EvaluationSeconds seconds = result.Seconds;
        double total = seconds.Load + seconds.Network + seconds.Post;
        output.WriteLine();
        output.WriteLine($"{result.Images} images in {total:0.0} s, {Rate(result.Images, total)}");
        output.WriteLine($"load {seconds.Load:0.0} s, network {seconds.Network:0.0} s, post-processing {seconds.Post:0.0} s");
    }

    /// <summary>
    /// One line: <c>segm AP 0.512, AP50 0.731, AP75 0.540; bbox AP 0.534, ...</c>, from figures named as in the metrics; before it
    /// <c>PQ 0.402, SQ 0.780, RQ 0.501</c> of a panoptic model.
    /// </summary>
    /// <param name="figures">Figures by name, such as <c>segm_AP</c>.</param>
    public static string Line(IReadOnlyDictionary<string, double> figures)
    {
        string panoptic = figures.ContainsKey("panoptic_PQ")
            ? string.Join(", ", s_shortPanoptic.Select(name => $"{name} {Figure(figures[$"panoptic_{name}"])}")) + "; "
            : "";
        return $"{panoptic}{Of("segm")}; {Of("bbox")}";

        string Of(string type) => $"{type} {string.Join(", ", s_short.Select(name => $"{name} {Figure(figures[$"{type}_{name}"])}"))}";
    }

    /// <summary>The one figure that counts: <c>PQ 0.402</c> of a panoptic model, else <c>AP 0.512</c> of the masks.</summary>
    /// <param name="figures">Figures by name, such as <c>segm_AP</c>.</param>
    public static string Score(IReadOnlyDictionary<string, double> figures) => figures.TryGetValue("panoptic_PQ", out double quality)
        ? $"PQ {Figure(quality)}"
        : $"AP {Figure(figures["segm_AP"])}";

    /// <summary>Images per second.</summary>
    public static string Rate(int images, double seconds) =>
        $"{(seconds > 0 ? images / seconds : 0):0.0} images/s";

    private static string Figure(double value) => FigureText.Of(value).TrimStart();
}
