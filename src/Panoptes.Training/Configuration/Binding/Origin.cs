namespace Panoptes.Training.Configuration.Binding;

/// <summary>Where a value was written, for messages, and where relative paths in it start.</summary>
/// <param name="Where">A file and line as <c>configs/mine.yaml:12</c>, or the argument itself.</param>
/// <param name="Folder">Absolute folder at which relative paths start.</param>
/// <param name="IsFile">False for values given on the command line, which <c>data.root</c> does not move.</param>
internal readonly record struct Origin(string Where, string Folder, bool IsFile)
{
    /// <summary>The exception for keys of the file that do not fit each other, of which no line is wrong by itself.</summary>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    public InputException InvalidTogether(string problem)
    {
        InputException error = InputException.ForSetting(null, problem);
        return Line is var (file, _) ? error.OfFile(file) : error;
    }

    /// <summary>The exception for what is wrong with the value.</summary>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    /// <param name="kind">What is wrong.</param>
    public InputException Invalid(string problem, InputErrorKind kind = InputErrorKind.Invalid) => Line is var (file, line)
        ? InputException.InContent(Where, problem, kind).OfFile(file, $"line {line}")
        : InputException.ForSetting(Where, problem, kind);

    private (string File, string Number)? Line =>
        IsFile && Where.LastIndexOf(':') is > 0 and int colon ? (Where[..colon], Where[(colon + 1)..]) : null;
}
