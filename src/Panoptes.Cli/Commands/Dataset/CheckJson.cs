using System.Text.Json;
using Panoptes.Cli.Parsing;
using Panoptes.Coco.Datasets.Checks;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary>What a check found, as JSON for scripts.</summary>
internal static class CheckJson
{
    /// <summary>Writes the whole result as one object.</summary>
    public static void Write(Utf8JsonWriter json, DatasetCheckResult result)
    {
        json.WriteStartObject();
        WriteResult(json, result);
        if (result.Refusal is { } refusal) json.WriteString("refused"u8, OptionNames.Translate(refusal));
        if (result.Repair is { } repair)
        {
            json.WriteStartObject("fixed"u8);
            json.WriteString("path"u8, repair.Path);
            json.WriteStartObject("changes"u8);
            foreach (RepairChange change in repair.Changes) json.WriteNumber(Snake(change.Kind.ToString()), change.Count);
            json.WriteEndObject();
            WriteResult(json, repair.Check);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, DatasetCheckResult result)
    {
        json.WriteString("kind"u8, Snake(result.Kind.ToString()));
        json.WriteNumber("images"u8, result.Images);
        json.WriteNumber("annotations"u8, result.Annotations);
        json.WriteNumber("instances"u8, result.Instances);
        json.WriteNumber("categories"u8, result.Classes);
        json.WriteNumber("errors"u8, result.Errors);
        json.WriteNumber("warnings"u8, result.Warnings);
        json.WriteObjects("findings"u8, result.Findings, finding =>
        {
            json.WriteString("problem"u8, Snake(finding.Problem.Kind.ToString()));
            json.WriteString("severity"u8, CheckText.Name(finding.Problem.Severity));
            json.WriteNumber("count"u8, finding.Count);
            json.WriteString("title"u8, finding.Problem.Title);
            json.WriteStrings("examples"u8, finding.Examples);
            json.WriteString("effect"u8, finding.Problem.Effect);
            json.WriteString("fix"u8, OptionNames.Translate(finding.Problem.Remedy));
        });
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
