using System.Text;

namespace Panoptes.Cli.Terminal;

/// <summary>A message as one line of a terminal.</summary>
internal static class OneLine
{
    private const int MostCharacters = 2000;

    /// <summary>
    /// The message's lines joined. A file's texts come to the terminal here: no more of them than anybody reads, and nothing that moves a
    /// cursor.
    /// </summary>
    /// <param name="message">The message.</param>
    public static string Of(string message)
    {
        StringBuilder line = new(message.Length);
        foreach (string part in message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0) line.Append(' ');
            line.Append(part);
        }

        if (line.Length > MostCharacters) line.Length = MostCharacters;
        for (int i = 0; i < line.Length; i++)
        {
            if (char.IsControl(line[i])) line[i] = '?';
        }

        return line.ToString();
    }
}
