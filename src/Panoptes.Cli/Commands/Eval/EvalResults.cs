using System.Text;
using Panoptes.Cli.Output;
using Panoptes.Coco.Files;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Commands.Eval;

/// <summary>The files of an evaluation.</summary>
internal static class EvalResults
{
    /// <summary>Writes <c>predictions.json</c> and <c>metrics.json</c>.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <param name="result">The result.</param>
    /// <param name="dataset">The ground truth, whose ids the predictions get.</param>
    public static void Write(string folder, EvaluationResult result, InstanceDataset dataset)
    {
        CocoWriter.WriteResults(Path.Combine(folder, "predictions.json"), result.Detections, dataset);
        using StringWriter metrics = new();
        JsonOutput.WriteLine(metrics, json => EvaluationOutput.Write(json, result));
        AtomicFile.WriteAllBytes(Path.Combine(folder, "metrics.json"), Encoding.UTF8.GetBytes(metrics.ToString()));
    }
}
