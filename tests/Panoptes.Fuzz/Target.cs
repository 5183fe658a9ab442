namespace Panoptes.Fuzz;

/// <summary>A reader that inputs are given to.</summary>
/// <param name="Name">Its name, by which tests and figures call it.</param>
/// <param name="Seeds">Valid inputs, from which mutations begin.</param>
/// <param name="Read">Reads an input that was written to a file; all but <see cref="InputException"/> is a finding.</param>
/// <param name="IsText">Whether the input is mutated as words, numbers and brackets too, and not as bytes alone.</param>
internal sealed record Target(string Name, byte[][] Seeds, Action<Input> Read, bool IsText = true)
{
    /// <summary>Makes a whole file of what was mutated, such as one with the right length in front and the right checksums.</summary>
    public Func<byte[], byte[]> Wrap { get; init; } = static bytes => bytes;

    /// <summary>Whether every error says which file, or which named text, is wrong; not where the reader knows of none.</summary>
    public bool NamesFile { get; init; } = true;

    /// <summary>How many inputs an ordinary test run gives it: fewer to those that go through files and threads.</summary>
    public int Inputs { get; init; } = 20_000;

    /// <inheritdoc />
    public override string ToString() => Name;
}
