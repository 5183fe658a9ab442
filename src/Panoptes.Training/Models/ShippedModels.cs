using Panoptes.Inference;

namespace Panoptes.Training.Models;

/// <summary>The trained models that come with the tool, as safetensors files in <c>models/</c> next to the application.</summary>
/// <example><code>
/// using Segmenter segmenter = Segmenter.Load(ShippedModels.PathOf("nuclei"));
/// </code></example>
public static class ShippedModels
{
    private const string Extension = ".safetensors";

    /// <summary>The folder that holds them.</summary>
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Their names, in order; none where the application has none.</summary>
    public static IReadOnlyList<string> Names() => Directory.Exists(Root)
        ?
        [
            .. Directory.EnumerateFiles(Root, "*" + Extension)
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Order(StringComparer.Ordinal),
        ]
        : [];

    /// <summary>Reads the cards of all models.</summary>
    /// <exception cref="InputException">A file was changed, and is not a model any more.</exception>
    public static IReadOnlyList<ShippedModel> All() =>
        [.. Names().Select(name => new ShippedModel(name, FileOf(name), ModelCard.Load(FileOf(name))))];

    /// <summary>
    /// The file that a user means: a shipped model's where the text is the name of one and no file, else the text itself.
    /// </summary>
    /// <param name="nameOrPath">A name that <see cref="Names"/> lists, or a path.</param>
    public static string PathOf(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        return Find(nameOrPath) ?? nameOrPath;
    }

    /// <summary>The file of the shipped model that a text names; null where it names none, or a file.</summary>
    internal static string? Find(string nameOrPath) => !File.Exists(nameOrPath) && Names().Contains(nameOrPath) ? FileOf(nameOrPath) : null;

    private static string FileOf(string name) => Path.Combine(Root, name + Extension);
}
