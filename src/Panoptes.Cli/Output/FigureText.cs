using System.Globalization;

namespace Panoptes.Cli.Output;

/// <summary>Figures between 0 and 1 as text, in columns of five characters.</summary>
internal static class FigureText
{
    /// <summary>Three decimals; a dash for a figure that is not defined, which is less than 0.</summary>
    public static string Of(double value) => value < 0 ? "    -" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
