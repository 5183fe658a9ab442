namespace Panoptes.Training.Configuration.Binding;

/// <summary>A piece of a configuration as it was written, before it has a type.</summary>
internal abstract class ConfigNode(Origin origin)
{
    /// <summary>Where it was written; for a value in a mapping, the line of its key.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>The node as a message quotes it.</summary>
    public abstract override string ToString();
}
