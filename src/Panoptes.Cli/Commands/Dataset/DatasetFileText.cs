using System.Text.Json;
using Panoptes.Coco.Datasets;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary>A dataset that a command wrote, for people and for scripts.</summary>
internal static class DatasetFileText
{
    /// <summary>The file as a line of text.</summary>
    public static string Line(DatasetFile file) =>
        $"{file.Path}  {file.Images} images, {file.Annotations} annotations, {file.Categories} classes";

    /// <summary>Writes the file as a JSON object, to which <paramref name="more"/> may add.</summary>
    public static void Write(Utf8JsonWriter json, DatasetFile file, Action<Utf8JsonWriter>? more = null)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, file.Path);
        json.WriteNumber("images"u8, file.Images);
        json.WriteNumber("annotations"u8, file.Annotations);
        json.WriteNumber("categories"u8, file.Categories);
        WriteSkipped(json, file.Skipped);
        more?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>Writes what was skipped as a list <c>skipped</c>.</summary>
    public static void WriteSkipped(Utf8JsonWriter json, IReadOnlyList<SkippedElements> skipped) =>
        json.WriteObjects("skipped"u8, skipped, elements =>
        {
            json.WriteString("reason"u8, elements.Reason);
            json.WriteNumber("count"u8, elements.Count);
            json.WriteStrings("examples"u8, elements.Examples);
        });
}
