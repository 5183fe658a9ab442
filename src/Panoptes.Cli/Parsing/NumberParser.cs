using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Panoptes.Cli.Parsing;

/// <summary>
/// Reads numbers of options in one way on every machine. The parser's own way takes the comma of 0,5 for one between thousands, and names
/// types of .NET in its messages.
/// </summary>
internal static class NumberParser
{
    /// <summary>Sets how an option's number is read; other options, and those that read their own, stay as they are.</summary>
    /// <param name="option">The option.</param>
    public static void Apply(Option option)
    {
        switch (option)
        {
            case Option<double> { CustomParser: null } number:
                number.CustomParser = result => Real(result, option.Name) ?? 0;
                break;
            case Option<double?> { CustomParser: null } number:
                number.CustomParser = result => Real(result, option.Name);
                break;
            case Option<int> { CustomParser: null } number:
                number.CustomParser = result => (int)(Whole(result, option.Name, int.MinValue, int.MaxValue) ?? 0);
                break;
            case Option<int?> { CustomParser: null } number:
                number.CustomParser = result => (int?)Whole(result, option.Name, int.MinValue, int.MaxValue);
                break;
            case Option<long> { CustomParser: null } number:
                number.CustomParser = result => Whole(result, option.Name, long.MinValue, long.MaxValue) ?? 0;
                break;
            case Option<long?> { CustomParser: null } number:
                number.CustomParser = result => Whole(result, option.Name, long.MinValue, long.MaxValue);
                break;
        }
    }

    private static double? Real(ArgumentResult result, string option)
    {
        if (result.Tokens is not [{ Value: { } text }]) return null;
        if (IsReal(text, out double number)) return number;
        string meant = text.Replace(',', '.');
        result.AddError($"{option} is '{text}'; it must be a number such as {(IsReal(meant, out _) ? meant : "0.5")}");
        return null;
    }

    private static bool IsReal(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static long? Whole(ArgumentResult result, string option, long least, long most)
    {
        if (result.Tokens is not [{ Value: { } text }]) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number >= least && number <= most)
        {
            return number;
        }

        string range = least == int.MinValue ? $" from {least} to {most}" : "";
        result.AddError($"{option} is '{text}'; it must be a whole number{range}");
        return null;
    }
}
