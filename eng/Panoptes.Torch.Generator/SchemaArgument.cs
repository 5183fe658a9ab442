using System.Globalization;
using System.Text.RegularExpressions;

namespace Panoptes.Torch.Generator;

/// <summary>One argument of a schema: type without alias marks, name, default as text or null.</summary>
/// <param name="Type">The type; <c>[]</c> at a list's end.</param>
/// <param name="Length">Elements of a list for which one number may stand; 0 for all else.</param>
/// <param name="Name">The name.</param>
/// <param name="Default">The default, as the schema writes it.</param>
internal sealed partial record SchemaArgument(string Type, int Length, string Name, string? Default)
{
    public bool IsOptional => Type.EndsWith('?');

    public static SchemaArgument Parse(string text)
    {
        string? standard = null;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
        {
            standard = text[(equals + 1)..];
            text = text[..equals];
        }

        int space = text.LastIndexOf(' ');
        string type = AliasMark().Replace(text[..space], "").Replace("SymInt", "int", StringComparison.Ordinal);
        Match length = FixedLength().Match(type);
        return new SchemaArgument(
            FixedLength().Replace(type, "[]"),
            length.Success ? int.Parse(length.ValueSpan[1..^1], CultureInfo.InvariantCulture) : 0,
            text[(space + 1)..],
            standard);
    }

    // "Tensor(a!)" marks what an operator writes to; "int[2]" a list that one number may stand for.
    [GeneratedRegex(@"\([a-z!\->* ]+\)")]
    private static partial Regex AliasMark();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex FixedLength();
}
