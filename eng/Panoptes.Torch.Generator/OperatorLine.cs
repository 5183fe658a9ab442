namespace Panoptes.Torch.Generator;

/// <summary>A line of operators.txt: the operator that a method stands for, and the one that is called.</summary>
/// <param name="Meant">name or name.overload, whose schema the method has.</param>
/// <param name="Called">The same, or a twin that takes tensors where the other takes numbers.</param>
internal sealed record OperatorLine(string Meant, string Called)
{
    /// <summary>Reads a file's lines; empty ones and those that begin with # say nothing.</summary>
    public static IEnumerable<OperatorLine> Parse(IEnumerable<string> lines) =>
        from line in lines
        let text = line.Trim()
        where text.Length > 0 && !text.StartsWith('#')
        let parts = text.Split(" as ", 2, StringSplitOptions.TrimEntries)
        select new OperatorLine(parts[0], parts[^1]);
}
