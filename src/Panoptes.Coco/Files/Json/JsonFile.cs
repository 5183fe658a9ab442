using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>Loads JSON files that are held as a whole.</summary>
internal static class JsonFile
{
    // A name that is there twice is an error: readers would disagree which of the two counts.
    private static readonly JsonDocumentOptions s_options = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = InputLimits.Default.MaxDepth,
    };

    /// <summary>Loads a file, in whose texts every character is one.</summary>
    /// <param name="path">The file: UTF-8, or what its byte order mark says.</param>
    /// <exception cref="InputException">It cannot be read, is too large, or is not JSON.</exception>
    public static JsonDocument Load(string path) => Parse(InputFile.ReadText(path), path);

    /// <summary>Reads a file's text.</summary>
    /// <param name="content">The text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InputException">It is not JSON, nested too deeply, or a text in it is not Unicode.</exception>
    public static JsonDocument Parse(string content, string path)
    {
        byte[] text = Encoding.UTF8.GetBytes(content);
        JsonText.RequireUnicode(text, path);
        try
        {
            return JsonDocument.Parse(text, s_options);
        }
        catch (JsonException e)
        {
            throw JsonLists.NotJson(path, e);
        }
    }
}
