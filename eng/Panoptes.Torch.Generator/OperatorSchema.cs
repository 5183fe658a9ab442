namespace Panoptes.Torch.Generator;

/// <summary>A parsed schema such as <c>add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor</c>.</summary>
internal sealed record OperatorSchema(
    string Name, string Overload, IReadOnlyList<SchemaArgument> Arguments, IReadOnlyList<string> Returns, string Text)
{
    public static OperatorSchema Parse(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        int arrow = text.LastIndexOf(" -> ", StringComparison.Ordinal);
        string head = text[..open];
        int dot = head.IndexOf('.', StringComparison.Ordinal);
        string arguments = text[(open + 1)..(arrow - 1)];
        string returns = text[(arrow + 4)..].Trim();
        if (returns.StartsWith('('))
        {
            // "(Tensor values, Tensor(a!) out)": the outermost parentheses only.
            returns = returns[1..^1];
        }

        return new OperatorSchema(
            dot < 0 ? head : head[..dot],
            dot < 0 ? "" : head[(dot + 1)..],
            [.. SplitTop(arguments).Where(a => a != "*").Select(SchemaArgument.Parse)],
            [.. SplitTop(returns)],
            $"aten::{text}");
    }

    // Splits at commas that stand outside brackets.
    private static IEnumerable<string> SplitTop(string list)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] is '(' or '[' ? 1 : list[i] is ')' or ']' ? -1 : 0;
            if (list[i] == ',' && depth == 0)
            {
                yield return list[start..i].Trim();
                start = i + 1;
            }
        }

        if (start < list.Length)
        {
            yield return list[start..].Trim();
        }
    }
}
