using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Supervisely;

/// <summary>
/// Reads a Supervisely project (developer.supervisely.com, annotation format): meta.json with the classes, and datasets, each a folder
/// with the images in <c>img</c> and a JSON for each of them in <c>ann</c>; a dataset may hold others, in its folder <c>datasets</c>.
/// </summary>
internal static class SuperviselyReader
{
    private const string Meta = "meta.json";
    private const string Annotations = "ann";

    /// <summary>Whether a folder is a project or a dataset of one.</summary>
    public static bool Is(string folder) =>
        (File.Exists(Path.Combine(folder, Meta)) || File.Exists(Path.Combine(folder, "..", Meta))) && DatasetsOf(folder).Any();

    /// <summary>The datasets of a project, each of which is a part; those of one name are one.</summary>
    public static IReadOnlyList<string> PartsOf(string folder) =>
        [.. DatasetsOf(folder).Select(dataset => Path.GetFileName(dataset)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads a dataset; images come in the order of their names.</summary>
    /// <exception cref="InputException">There is no dataset, or a file is malformed.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        string root = context.Options.Input;
        string[] datasets = Directory.Exists(root) ? [.. DatasetsOf(root).Order(StringComparer.Ordinal)] : [];
        if (context.Options.Split is { } split)
        {
            datasets = [.. datasets.Where(dataset => Path.GetFileName(dataset) == split)];
        }

        string[] files = [.. datasets.SelectMany(dataset => FolderTree.EnumerateFiles(
            Path.Combine(dataset, Annotations), "*.json").Order(StringComparer.Ordinal)).Distinct()];
        if (files.Length == 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, root, null,
                "has no annotation; a Supervisely project has meta.json and datasets with the folders ann and img.");
        }

        string[] places = [Path.Combine(root, Meta), Path.Combine(root, "..", Meta)];
        string[] classes = places.FirstOrDefault(File.Exists) is { } meta
            ? FormatJson.Load(meta, context.Text, json => json.List("classes").Select(c => c.Name("title") ?? "").ToArray())
            : [];
        context.Images ??= datasets.Length == 1 ? Path.Combine(datasets[0], "img") : root;
        IReadOnlyList<FormatImage> read = context.ReadImages(files.Length, i => ReadFile(files[i], context));
        return InstanceBuilder.Build(read, classes.Length > 0 ? classes : null, context);
    }

    private static IEnumerable<string> DatasetsOf(string root) =>
        new[] { root }.Concat(FolderTree.EnumerateFolders(root)).Where(folder => Directory.Exists(Path.Combine(folder, Annotations)));

    private static FormatImage ReadFile(string path, ConversionContext context) => FormatJson.Load(path, context.Text, root =>
    {
        if (root.Get("objects") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                "holds no object with the list 'objects', so it is not Supervisely's.");
        }

        string image = ImageOf(path, context.Images!);
        ImageSize size = root.Get("size") is { } sides && sides.Length("width") is { } width && sides.Length("height") is { } height
            ? new ImageSize(width, height)
            : FormatImageFiles.SizeOf(context.Images, image);
        foreach (JsonElement tag in root.List("tags"))
        {
            context.Losses.Add(LossKind.Attributes, $"image's tag {tag.Text("name")}");
        }

        List<FormatObject> objects = [];
        int number = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            FormatPlace place = new(path, $"objects[{number++}]");
            if (context.Read(LossKind.InvalidObjects, () => SuperviselyShape.Read(element, size, place, context.Losses)) is { } item)
            {
                objects.Add(item);
            }
        }

        return new FormatImage(image, size, objects);
    });

    /// <summary>The image of a JSON: <c>img/a.jpg</c> for <c>ann/a.jpg.json</c>, or for <c>ann/a.json</c> as it used to be.</summary>
    private static string ImageOf(string path, string images)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        string folder = Path.Combine(Path.GetDirectoryName(path)!, "..", "img");
        string[] names = [name, .. ImageFiles.Extensions.Select(extension => name + extension)];
        string[] places = [.. names.Select(n => Path.Combine(folder, n)), .. names.Select(n => Path.Combine(images, n))];
        string found = places.FirstOrDefault(File.Exists) ?? places[0];
        string relative = Path.GetRelativePath(images, Path.GetFullPath(found)).Replace('\\', '/');
        return relative.StartsWith("../", StringComparison.Ordinal) ? name : relative;
    }
}
