namespace Panoptes.Inference;

/// <summary>The names of the outputs that networks of several methods have. Level 0 is the finest and is called p3 (stride 8).</summary>
internal static class OutputNames
{
    /// <summary>
    /// Logits of a semantic head [N, stuff classes + 1, H/4, W/4]: the stuff classes in the card's order, then all things as one class.
    /// </summary>
    public const string SemanticLogits = "semantic_logits";

    /// <summary>Class logits [N, classes, h, w], before the sigmoid.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string ClassLogits(int level) => $"class_logits_p{level + 3}";

    /// <summary>Distances from a location to the left, top, right and bottom side [N, 4, h, w], in strides, not negative.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string Box(int level) => $"box_p{level + 3}";

    /// <summary>Centerness logits [N, 1, h, w], before the sigmoid.</summary>
    /// <param name="level">0 for p3, 1 for p4 and so on.</param>
    public static string Centerness(int level) => $"centerness_p{level + 3}";

    /// <summary>The names of outputs that each level has, level by level.</summary>
    public static IEnumerable<string> PerLevel(int levels, params IReadOnlyList<Func<int, string>> names) =>
        Enumerable.Range(0, levels).SelectMany(level => names.Select(name => name(level)));
}
