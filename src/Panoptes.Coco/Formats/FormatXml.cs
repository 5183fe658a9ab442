using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Panoptes.Coco.Formats;

/// <summary>Reads the XML files of foreign formats: without DTDs, and without taking their paths for URIs.</summary>
internal static class FormatXml
{
    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = InputLimits.Default.MaxTextBytes,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Reads its text.</param>
    /// <exception cref="InputException">It is not XML, or not in the encoding that it names.</exception>
    public static XElement Load(string path, FormatText text)
    {
        try
        {
            string content = text.ReadXml(path);
            RequireLimits(content, path);
            using XmlReader reader = XmlReader.Create(new StringReader(content), s_settings);
            return XElement.Load(reader);
        }
        catch (XmlException e)
        {
            throw new InputException(InputErrorKind.Damaged, path, null, $"not valid XML: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>The name of a file's root element; null where it is not XML.</summary>
    public static string? RootOf(string path)
    {
        try
        {
            using FileStream stream = InputFile.Open(path);
            using XmlReader reader = XmlReader.Create(stream, s_settings);
            return reader.MoveToContent() == XmlNodeType.Element ? reader.LocalName : null;
        }
        catch (Exception e) when (e is XmlException or InputException or IOException or UnauthorizedAccessException)
        {
            return e is XmlException && File.ReadLines(path).Take(3).Any(line => line.Contains("<annotation>", StringComparison.Ordinal))
                ? "annotation" // in a code page, which is known only where the file is read
                : null;
        }
    }

    // Before a tree is built, whose every walk would go as deep as the text.
    private static void RequireLimits(string content, string path)
    {
        InputLimits limits = InputLimits.Default;
        using XmlReader reader = XmlReader.Create(new StringReader(content), s_settings);
        int elements = 0;
        while (reader.Read())
        {
            if (reader.Depth > limits.MaxDepth || (reader.NodeType == XmlNodeType.Element && ++elements > limits.MaxElements))
            {
                string what = reader.Depth > limits.MaxDepth
                    ? $"elements lie more than {limits.MaxDepth} deep in each other"
                    : $"it has more than {limits.MaxElements} elements";
                throw new InputException(InputErrorKind.TooLarge, path, null, $"{what}.");
            }
        }
    }

    /// <summary>A number with a decimal point; null if the text is not a number, or not finite.</summary>
    public static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;

    /// <summary>A count of pixels from 1; null if the text is not one.</summary>
    public static int? Length(string? text) => Number(text) is >= 1 and <= int.MaxValue and var value && value == Math.Floor(value)
        ? (int)value
        : null;
}
