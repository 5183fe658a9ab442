using System.Globalization;
using System.Text;

namespace Panoptes.Imaging.Drawing;

/// <summary>
/// Puts a line's characters in the order in which they stand from left to right, with Arabic letters in their joined forms: what a font
/// without rules of its own needs. Marks above and below letters are left away. A label's simple case of Unicode's bidirectional algorithm:
/// runs of one direction, numbers from left to right, the first letter's direction for the line.
/// </summary>
internal static class LineShaper
{
    private const char Tatweel = '\u0640';
    private const char Lam = '\u0644';

    // Each letter's isolated form in Unicode's presentation forms; the final, initial and medial ones follow. Letters with two forms join
    // the letter before them only, those with one none.
    private static readonly Dictionary<char, (char Isolated, int Forms)> s_arabic = Table(
        ('\u0621', '\uFE80', 1), ('\u0622', '\uFE81', 2), ('\u0623', '\uFE83', 2), ('\u0624', '\uFE85', 2), ('\u0625', '\uFE87', 2),
        ('\u0626', '\uFE89', 4), ('\u0627', '\uFE8D', 2), ('\u0628', '\uFE8F', 4), ('\u0629', '\uFE93', 2), ('\u062A', '\uFE95', 4),
        ('\u062B', '\uFE99', 4), ('\u062C', '\uFE9D', 4), ('\u062D', '\uFEA1', 4), ('\u062E', '\uFEA5', 4), ('\u062F', '\uFEA9', 2),
        ('\u0630', '\uFEAB', 2), ('\u0631', '\uFEAD', 2), ('\u0632', '\uFEAF', 2), ('\u0633', '\uFEB1', 4), ('\u0634', '\uFEB5', 4),
        ('\u0635', '\uFEB9', 4), ('\u0636', '\uFEBD', 4), ('\u0637', '\uFEC1', 4), ('\u0638', '\uFEC5', 4), ('\u0639', '\uFEC9', 4),
        ('\u063A', '\uFECD', 4), ('\u0641', '\uFED1', 4), ('\u0642', '\uFED5', 4), ('\u0643', '\uFED9', 4), ('\u0644', '\uFEDD', 4),
        ('\u0645', '\uFEE1', 4), ('\u0646', '\uFEE5', 4), ('\u0647', '\uFEE9', 4), ('\u0648', '\uFEED', 2), ('\u0649', '\uFEEF', 2),
        ('\u064A', '\uFEF1', 4),
        // Persian and Urdu
        ('\u067E', '\uFB56', 4), ('\u0679', '\uFB66', 4), ('\u0686', '\uFB7A', 4), ('\u0688', '\uFB88', 2), ('\u0691', '\uFB8C', 2),
        ('\u0698', '\uFB8A', 2), ('\u06A9', '\uFB8E', 4), ('\u06AF', '\uFB92', 4), ('\u06BA', '\uFB9E', 2), ('\u06BE', '\uFBAA', 4),
        ('\u06C1', '\uFBA6', 4), ('\u06CC', '\uFBFC', 4), ('\u06D2', '\uFBAE', 2));

    // Lam and what it makes one letter with: the isolated form of both, which the final one follows.
    private static readonly Dictionary<char, char> s_lamWith = new()
    {
        ['\u0622'] = '\uFEF5',
        ['\u0623'] = '\uFEF7',
        ['\u0625'] = '\uFEF9',
        ['\u0627'] = '\uFEFB',
    };

    /// <summary>The characters as they are drawn, from left to right.</summary>
    /// <param name="text">The line as it is read.</param>
    public static string Shape(ReadOnlySpan<char> text)
    {
        int first = text.IndexOfAnyInRange('\u0300', '\uFFFF');
        return first < 0 ? text.ToString() : Order(Join(text.ToString().Normalize(NormalizationForm.FormC)));
    }

    private static Dictionary<char, (char Isolated, int Forms)> Table(params ReadOnlySpan<(char Letter, char Isolated, int Forms)> letters)
    {
        Dictionary<char, (char, int)> table = [];
        foreach ((char letter, char isolated, int forms) in letters)
        {
            table.Add(letter, (isolated, forms));
        }

        return table;
    }

    /// <summary>The line without marks, its Arabic letters joined.</summary>
    private static string Join(string line)
    {
        string text = string.Concat(line.Where(c =>
            CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)));
        StringBuilder joined = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            if (!s_arabic.TryGetValue(letter, out (char Isolated, int Forms) shape))
            {
                joined.Append(letter);
                continue;
            }

            bool before = i > 0 && JoinsNext(text[i - 1]) && shape.Forms > 1;
            if (letter == Lam && i + 1 < text.Length && s_lamWith.TryGetValue(text[i + 1], out char both))
            {
                joined.Append((char)(both + (before ? 1 : 0)));
                i++;
                continue;
            }

            bool after = shape.Forms == 4 && i + 1 < text.Length && JoinsPrevious(text[i + 1]);
            int form = (before, after) switch { (false, false) => 0, (true, false) => 1, (false, true) => 2, _ => 3 };
            joined.Append((char)(shape.Isolated + form));
        }

        return joined.ToString();
    }

    private static bool JoinsNext(char letter) =>
        letter == Tatweel || (s_arabic.TryGetValue(letter, out (char, int Forms) shape) && shape.Forms == 4);

    private static bool JoinsPrevious(char letter) =>
        letter == Tatweel || (s_arabic.TryGetValue(letter, out (char, int Forms) shape) && shape.Forms > 1);

    /// <summary>The line in the order of drawing.</summary>
    private static string Order(string text)
    {
        bool?[] rightToLeft = [.. text.Select(Direction)];
        if (!rightToLeft.Contains(true))
        {
            return text;
        }

        bool line = rightToLeft.First(direction => direction is not null)!.Value;
        Resolve(rightToLeft, line);
        List<string> runs = [];
        for (int start = 0; start < text.Length;)
        {
            int end = start + 1;
            while (end < text.Length && rightToLeft[end] == rightToLeft[start])
            {
                end++;
            }

            string run = text[start..end];
            runs.Add(rightToLeft[start] == true ? string.Concat(run.Reverse().Select(Mirror)) : run);
            start = end;
        }

        if (line)
        {
            runs.Reverse();
        }

        return string.Concat(runs);
    }

    /// <summary>Signs and spaces go with the letters around them, or with the line where those differ.</summary>
    private static void Resolve(bool?[] directions, bool line)
    {
        for (int i = 0; i < directions.Length; i++)
        {
            if (directions[i] is not null)
            {
                continue;
            }

            bool before = i > 0 ? directions[i - 1]!.Value : line;
            bool after = directions.Skip(i).FirstOrDefault(direction => direction is not null) ?? line;
            directions[i] = before == after ? before : line;
        }
    }

    private static bool? Direction(char c) => c switch
    {
        (>= '\u0660' and <= '\u0669') or (>= '\u06F0' and <= '\u06F9') => false,
        (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFF') => true,
        _ => char.IsLetterOrDigit(c) || char.IsSurrogate(c) ? false : null,
    };

    private static char Mirror(char c) => c switch { '(' => ')', ')' => '(', '[' => ']', ']' => '[', '<' => '>', '>' => '<', _ => c };
}
