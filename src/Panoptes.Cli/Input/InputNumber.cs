using System.CommandLine;

namespace Panoptes.Cli.Input;

/// <summary>A number that an option gives and that has limits.</summary>
internal static class InputNumber
{
    /// <summary>The number, from 1.</summary>
    /// <exception cref="InputException">It is smaller.</exception>
    public static int AtLeastOne(ParseResult arguments, Option<int> option) => AtLeastOne(option, arguments.GetValue(option));

    /// <summary>The number, from 1; null where the option is not given.</summary>
    /// <exception cref="InputException">It is smaller.</exception>
    public static int? AtLeastOne(ParseResult arguments, Option<int?> option) =>
        arguments.GetValue(option) is { } number ? AtLeastOne(option, number) : null;

    /// <summary>The number, 0 to 1.</summary>
    /// <exception cref="InputException">It lies outside.</exception>
    public static double Fraction(ParseResult arguments, Option<double> option)
    {
        double number = arguments.GetValue(option);
        return number is >= 0 and <= 1
            ? number
            : throw InputException.ForSetting(null, $"{option.Name} {number}: it must lie in 0..1");
    }

    private static int AtLeastOne(Option option, int number) =>
        number >= 1 ? number : throw InputException.ForSetting(null, $"{option.Name} {number}: it must be at least 1");
}
