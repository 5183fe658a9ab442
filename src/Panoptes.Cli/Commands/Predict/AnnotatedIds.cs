using Panoptes.Coco.Files;
using Panoptes.Inference;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>The ids that a dataset gives images and classes, for results that are to be measured with it (<c>--annotations</c>).</summary>
internal sealed class AnnotatedIds
{
    private readonly string _path;
    private readonly ILookup<string, CocoImage> _byName;

    private AnnotatedIds(string path, CocoHead head, ClassMatch classes)
    {
        (_path, Classes) = (path, classes);
        _byName = head.Images.ToLookup(image => NameOf(DatasetPath.Normalize(image.FileName)), PathComparison.Comparer);
        Categories = head.Categories;
    }

    /// <summary>The dataset's ids of the model's classes.</summary>
    public ClassMatch Classes { get; }

    /// <summary>The dataset's classes.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Reads a dataset's images and classes.</summary>
    /// <param name="path">The JSON.</param>
    /// <param name="card">The model's card, whose classes must all be in it, by name.</param>
    /// <param name="limits">How large its images may be.</param>
    /// <exception cref="InputException">It is malformed, or a class is missing.</exception>
    public static AnnotatedIds Load(string path, ModelCard card, InputLimits limits)
    {
        CocoHead head = CocoHead.Load(path, limits);
        IEnumerable<ModelClass> classes = card.Classes.Concat(card.StuffClasses);
        return new AnnotatedIds(path, head, ClassMatch.Of(classes, "the model", head.Categories, path));
    }

    /// <summary>The image that a file is: of those with its name the one whose folders, as far as they are named, are its own.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">There is none, or several.</exception>
    public CocoImage Find(string file)
    {
        string path = DatasetPath.Normalize(Path.GetFullPath(file));
        CocoImage[] named = [.. _byName[NameOf(path)]];
        CocoImage[] inPlace =
        [
            .. named.Where(image => $"/{path}".EndsWith($"/{DatasetPath.Normalize(image.FileName)}", PathComparison.Comparison))
                .OrderByDescending(image => image.FileName.Length),
        ];
        return inPlace.Length == 1 || (inPlace.Length > 1 && inPlace[0].FileName.Length > inPlace[1].FileName.Length) ? inPlace[0]
            : inPlace.Length == 0 && named.Length == 1 ? named[0]
            : throw InputException.ForSetting(
                "--annotations",
                $"{_path} has {(named.Length == 0 ? "no image" : $"{named.Length} images")} named {NameOf(path)} ({file})");
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
