using System.Text.Json;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Reports;

/// <summary>Writes a <see cref="PanopticAnalysis"/> as JSON: the numbers of the page.</summary>
internal static class PanopticAnalysisReport
{
    /// <summary>
    /// Writes the analysis as an object: <c>costs</c> with not_there, not_found and borders, over all and by class, <c>sizes</c> with pq,
    /// sq and rq over all and pq by class, <c>confusion</c> in pixels, and the <c>worst</c> images.
    /// </summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="analysis">The analysis.</param>
    public static void Write(Utf8JsonWriter json, PanopticAnalysis analysis)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(analysis);
        json.WriteStartObject();
        json.WriteStartObject("costs"u8);
        WriteCost(json, "all", analysis.Costs);
        json.WriteStartObject("per_class"u8);
        for (int k = 0; k < analysis.ClassCosts.Count; k++)
        {
            if (analysis.Pq.Classes[k].Occurs)
            {
                WriteCost(json, analysis.Pq.Classes[k].Category.Id.ToString(), analysis.ClassCosts[k]);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("sizes"u8);
        foreach (PqSize size in analysis.Sizes)
        {
            json.WriteStartObject(size.Range.Name);
            json.WriteNumber("pq"u8, size.Figures.Pq);
            json.WriteNumber("sq"u8, size.Figures.Sq);
            json.WriteNumber("rq"u8, size.Figures.Rq);
            json.WriteNumber("n"u8, size.Figures.Classes);
            json.WriteStartObject("per_class"u8);
            foreach (PqClass one in size.Classes.Where(c => c.Occurs))
            {
                json.WriteNumber(one.Category.Id.ToString(), one.Pq);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        AnalysisReport.WriteConfusion(json, analysis.Confusion);
        json.WriteObjects("worst"u8, analysis.WorstImages, one =>
        {
            CocoWriter.WriteId(json, "image_id"u8, one.ImageId, one.ImageIdText);
            json.WriteNumber("quality"u8, one.Quality);
            json.WriteNumber("tp"u8, one.Found);
            json.WriteNumber("fp"u8, one.FalsePositives);
            json.WriteNumber("fn"u8, one.FalseNegatives);
        });
        json.WriteEndObject();
    }

    private static void WriteCost(Utf8JsonWriter json, string name, PqCost cost)
    {
        json.WriteStartObject(name);
        json.WriteNumber("not_there"u8, cost.FalsePositives);
        json.WriteNumber("not_found"u8, cost.FalseNegatives);
        json.WriteNumber("borders"u8, cost.Borders);
        json.WriteEndObject();
    }
}
