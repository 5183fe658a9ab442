using System.Text.Json;

namespace Panoptes.Coco;

/// <summary>Opens COCO's JSON files and turns what can go wrong with a file into messages for the user.</summary>
internal static class CocoJson
{
    public delegate T Parser<T>(ref JsonFileReader reader);

    /// <summary>Reads a file; <paramref name="parse"/> may run twice, to explain a number that JSON does not know.</summary>
    /// <exception cref="InputException">The file cannot be opened or is not JSON.</exception>
    public static T Read<T>(string path, Parser<T> parse)
    {
        try
        {
            try
            {
                using Stream stream = Open(path);
                return Parse(stream, parse);
            }
            catch (JsonException)
            {
                using Stream stream = new NonFiniteNumberStream(Open(path));
                return Parse(stream, parse);
            }
        }
        catch (JsonException e)
        {
            string reason = e.Message.Split(" LineNumber", 2)[0].TrimEnd('.');
            throw new InputException($"{path}: not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {reason}.", e);
        }
    }

    /// <summary>Adds the file's name to a complaint about its content.</summary>
    public static InputException Error(string path, string message) => new($"{path}: {message}");

    private static T Parse<T>(Stream stream, Parser<T> parse)
    {
        JsonFileReader reader = new(stream);
        try
        {
            return parse(ref reader);
        }
        finally
        {
            reader.Dispose();
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: no such file.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            string reason = Directory.Exists(path) ? "it is a folder" : e.Message;
            throw new InputException($"{path}: cannot be read ({reason}).", e);
        }
    }
}
