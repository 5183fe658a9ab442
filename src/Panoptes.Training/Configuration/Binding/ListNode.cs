namespace Panoptes.Training.Configuration.Binding;

/// <summary>A list.</summary>
internal sealed class ListNode(Origin origin, IReadOnlyList<ConfigNode> items) : ConfigNode(origin)
{
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    public override string ToString() => $"[{string.Join(", ", Items.Select(i => i.ToString().Trim('\'')))}]";
}
