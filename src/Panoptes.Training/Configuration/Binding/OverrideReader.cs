namespace Panoptes.Training.Configuration.Binding;

/// <summary>Reads <c>key=value</c> arguments.</summary>
internal static class OverrideReader
{
    /// <summary>A mapping with the argument's one value at its dotted key.</summary>
    /// <exception cref="InputException">The argument is not of the form <c>key=value</c>.</exception>
    public static MappingNode Read(string argument, string currentDirectory)
    {
        Origin origin = new($"argument '{argument}'", currentDirectory, IsFile: false);
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        string[] parts = equals < 0 ? [] : argument[..equals].Trim().Split('.');
        if (parts.Length == 0 || parts.Any(string.IsNullOrWhiteSpace))
            throw origin.Invalid("expected key=value, such as schedule.iterations=1000.");
        ConfigNode node = YamlReader.ReadValue(argument[(equals + 1)..], origin);
        foreach (string part in parts.Reverse()) node = new MappingNode(origin, new Dictionary<string, ConfigNode> { [part] = node });
        return (MappingNode)node;
    }
}
