using System.Text.Json;
using Panoptes.Cli.Parsing;
using Panoptes.Coco.Formats;

namespace Panoptes.Cli.Commands.Dataset;

/// <summary>Says what a conversion did, as text and as JSON.</summary>
internal static class ConversionOutput
{
    /// <summary>Writes the result as text; losses are messages and stand elsewhere.</summary>
    public static void Write(TextWriter output, ConversionResult result)
    {
        string things = DatasetFormats.NameOf(result.To).StartsWith("panoptic", StringComparison.Ordinal) ? "segments" : "objects";
        output.WriteLine($"{result.Output}  {result.Images} images, {result.Objects} {things}, {result.Classes} classes");
        long unread = result.Losses.Where(loss => loss.IsUnread).Sum(loss => loss.Count);
        if (unread > 0)
        {
            output.WriteLine($"{unread} parts of the input were not read; the warnings name them, and --strict turns them into errors");
        }

        if (result.ImageFolder is { } folder)
        {
            output.WriteLine(result.ImagesPlaced > 0
                ? $"{folder}  {result.ImagesPlaced} images linked or copied"
                : $"{folder}  is where the images belong; --images puts them there");
        }
    }

    /// <summary>Writes the result as a JSON object.</summary>
    public static void Write(Utf8JsonWriter json, ConversionResult result)
    {
        json.WriteStartObject();
        json.WriteString("from"u8, DatasetFormats.NameOf(result.From));
        json.WriteString("to"u8, DatasetFormats.NameOf(result.To));
        json.WriteString("output"u8, result.Output);
        json.WriteStartObject("before"u8);
        json.WriteNumber("images"u8, result.Read.Images);
        json.WriteNumber("objects"u8, result.Read.Objects);
        json.WriteNumber("classes"u8, result.Read.Classes);
        json.WriteEndObject();
        json.WriteNumber("images"u8, result.Images);
        json.WriteNumber("objects"u8, result.Objects);
        json.WriteNumber("classes"u8, result.Classes);
        json.WriteNumber("images_placed"u8, result.ImagesPlaced);
        json.WriteObjects("losses"u8, result.Losses, loss =>
        {
            json.WriteString("kind"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(loss.Kind.ToString()));
            json.WriteNumber("count"u8, loss.Count);
            json.WriteBoolean("unread"u8, loss.IsUnread);
            json.WriteString("what"u8, OptionNames.Translate(loss.What));
            json.WriteStrings("examples"u8, loss.Examples);
        });
        json.WriteEndObject();
    }
}
