using System.Text.RegularExpressions;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>Tells parts by the names of files and folders.</summary>
internal static partial class PartKinds
{
    /// <summary>The part that a word in a name stands for, such as <c>instances_train2017</c> or <c>valid</c>; else the whole.</summary>
    public static PartKind Of(string name) => Word().Match(name) is { Success: true } match
        ? match.Value.ToUpperInvariant() switch
        {
            "TRAIN" or "TRAINING" => PartKind.Train,
            "TEST" or "TESTING" => PartKind.Test,
            _ => PartKind.Val,
        }
        : PartKind.Whole;

    [GeneratedRegex("(?<![a-z])(training|train|validation|valid|val|testing|test)(?![a-z])", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
