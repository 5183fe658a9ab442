using System.Text;

namespace Panoptes.Fuzz;

/// <summary>
/// Makes inputs from seeds: bytes are changed, repeated, cut out and taken from other seeds; in texts, values are replaced by those that
/// readers stumble over, and brackets, keys and elements are repeated. The same number gives the same input on every machine.
/// </summary>
internal sealed class Mutator(Target target)
{
    private static readonly byte[][] s_values = [.. new[]
    {
        "0", "-1", "1", "-0", "1e999", "-1e999", "1e-999", "NaN", "Infinity", "null", "true", "~", "0.5", "255", "256", "65535", "65536", "100000",
        "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "18446744073709551616", "1e30", "123456789012345678901234567890", "0.1e1", "1.0", "00", "+1", "1_000", "0x10",
        "\"\"", "\"x\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\\\\"", "\"../../x\"", "\"/dev/zero\"", "\"a\u00e9\ud83d\ude00\"",
        "[]", "{}", "[[]]", "{\"a\":{}}", "[null]", "[1,2]", "[[0,0,9,0,9,9]]", "{\"size\":[2,2],\"counts\":[0,4]}", "\"counts\"", "\"size\"",
        "[2147483647,1]", "[1,2147483647]", "[2147483647,2147483647]", "&a", "*a", "? ", "!!int ", "!!binary |\n", "---\n", "...\n", "- ", ": ",
        "<<: *a", "#", "\t", "\n", "\r\n", "\ufeff", "|", ">", "%", "@", "`", "extends: x", "0123",
    }.Select(Encoding.UTF8.GetBytes), [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFE, 0xFF], [0xFF, 0xFE], [0]];

    private static readonly int[] s_depths = [2, 8, 33, 63, 64, 65, 66, 200, 1000, 5000];

    /// <summary>The input of a number.</summary>
    /// <param name="number">From 0.</param>
    public byte[] Make(long number)
    {
        Random random = new((int)(number * 2_654_435_761L ^ target.Name.Sum(c => c)) & int.MaxValue);
        List<byte> bytes = [.. target.Seeds[random.Next(target.Seeds.Length)]];
        for (int rounds = 1 + (random.Next(4) * random.Next(3)); rounds > 0; rounds--)
        {
            if (target.IsText && random.Next(3) > 0)
            {
                ChangeText(bytes, random);
            }
            else
            {
                ChangeBytes(bytes, random);
            }
        }

        byte[] whole = target.Wrap([.. bytes]);
        if (random.Next(8) == 0)
        {
            List<byte> raw = [.. whole];
            ChangeBytes(raw, random);
            whole = [.. raw];
        }

        return whole;
    }

    private void ChangeBytes(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(bytes.Count - at, 1 << random.Next(8));
        switch (random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                byte[] other = target.Seeds[random.Next(target.Seeds.Length)];
                int from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + (1 << random.Next(10)))]);
                break;
            case 6 when at + 4 <= bytes.Count:
                byte[] number = BitConverter.GetBytes(
                    random.Next(4) switch { 0 => int.MaxValue, 1 => -1, 2 => 1 << random.Next(31), _ => random.Next() });
                for (int i = 0; i < 4; i++)
                {
                    bytes[at + i] = random.Next(2) == 0 ? number[i] : number[3 - i];
                }

                break;
            default:
                bytes.InsertRange(at, s_values[random.Next(s_values.Length)]);
                break;
        }
    }

    private static void ChangeText(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        (int start, int end) = Token(bytes, random.Next(bytes.Count));
        byte[] value = s_values[random.Next(s_values.Length)];
        switch (random.Next(7))
        {
            case 0 or 1 or 2:
                bytes.RemoveRange(start, end - start);
                bytes.InsertRange(start, value);
                break;
            case 3:
                bytes.RemoveRange(start, end - start);
                break;
            case 4:
                bytes.InsertRange(end, [(byte)',', .. bytes.GetRange(start, end - start)]);
                break;
            case 5:
                int depth = s_depths[random.Next(s_depths.Length)];
                byte[] open = random.Next(3) switch { 0 => "["u8.ToArray(), 1 => "{\"a\":"u8.ToArray(), _ => "- "u8.ToArray() };
                bytes.InsertRange(start, Enumerable.Repeat(open, depth).SelectMany(b => b));
                break;
            default:
                // A whole element or line again, or in another place.
                (int first, int last) = Group(bytes, start);
                List<byte> group = bytes.GetRange(first, last - first);
                (int elsewhere, _) = Token(bytes, random.Next(bytes.Count));
                bytes.InsertRange(random.Next(2) == 0 ? last : elsewhere, [(byte)(random.Next(2) == 0 ? ',' : '\n'), .. group]);
                break;
        }
    }

    // The number, word or string around a place, or the one character there.
    private static (int Start, int End) Token(List<byte> bytes, int at)
    {
        int start = at;
        int end = at + 1;
        while (start > 0 && IsWord(bytes[start]) && IsWord(bytes[start - 1]))
        {
            start--;
        }

        while (end < bytes.Count && IsWord(bytes[at]) && IsWord(bytes[end]))
        {
            end++;
        }

        bool isQuoted = start > 0 && end < bytes.Count && bytes[start - 1] == '"' && bytes[end] == '"';
        return isQuoted ? (start - 1, end + 1) : (start, end);
    }

    private static bool IsWord(byte b) => b is (byte)'_' or (byte)'.' or (byte)'-' or (byte)'+' or (byte)'\\' or >= 0x80 || char.IsAsciiLetterOrDigit((char)b);

    // From a place to the end of its line or of the bracket around it.
    private static (int First, int Last) Group(List<byte> bytes, int at)
    {
        int first = at;
        while (first > 0 && bytes[first] is not ((byte)'{' or (byte)'[' or (byte)'\n'))
        {
            first--;
        }

        int depth = 0;
        int last = first;
        do
        {
            depth += bytes[last] is (byte)'{' or (byte)'[' ? 1 : bytes[last] is (byte)'}' or (byte)']' ? -1 : 0;
            last++;
        }
        while (last < bytes.Count && depth > 0 && last - first < 4096);
        return (first, last);
    }
}
