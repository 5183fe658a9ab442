namespace Panoptes.Inference;

/// <summary>One class of a model; its position in <see cref="ModelCard.Classes"/> is the class index of the network's logits.</summary>
/// <param name="Name">The name to show, for example "person".</param>
/// <param name="CategoryId">The id that the dataset gives to the class; results are written with it.</param>
/// <param name="IsThing">True for countable things, false for stuff (sky, grass).</param>
public sealed record ModelClass(string Name, long CategoryId, bool IsThing = true)
{
    /// <summary>The dataset's id where it is a text, which <see cref="CategoryId"/> then stands for; null where it is an integer.</summary>
    public string? IdText { get; init; }
}
