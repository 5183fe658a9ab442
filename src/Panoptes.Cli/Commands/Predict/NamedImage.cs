using Panoptes.Coco.Files;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>An image to predict on, and the name under which its results go.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its name without folder and extension: the image's id in a results file.</param>
internal sealed record NamedImage(string Path, string Name)
{
    /// <summary>Its id in results, or the integer that stands for it where it is a text (<see cref="CocoId"/>).</summary>
    public long Id { get; init; }

    /// <summary>Its id in results where that is a text; null where it is a number.</summary>
    public string? IdText { get; init; }

    /// <summary>Names an image: its id is the dataset's; without one it is a number where the name is one, else the name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ids">The dataset that gives ids; null for those of the names.</param>
    /// <exception cref="InputException">The dataset does not have the image.</exception>
    public static NamedImage Of(string path, AnnotatedIds? ids)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        bool isNumber = long.TryParse(name, out long number);
        CocoImage? known = ids?.Find(path);
        return new NamedImage(path, name)
        {
            Id = known?.Id ?? (isNumber ? number : CocoId.Of(name)),
            IdText = known is null ? isNumber ? null : name : known.IdText,
        };
    }
}
