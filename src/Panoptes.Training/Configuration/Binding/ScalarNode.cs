namespace Panoptes.Training.Configuration.Binding;

/// <summary>A number, a word, a quoted string or null.</summary>
internal sealed class ScalarNode(Origin origin, string text, bool isQuoted) : ConfigNode(origin)
{
    public string Text { get; } = text;

    /// <summary>Quoted text is a string, whatever it looks like.</summary>
    public bool IsQuoted { get; } = isQuoted;

    public bool IsNull => !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string ToString() => IsNull ? "null" : IsQuoted ? $"\"{Text}\"" : $"'{Text}'";
}
