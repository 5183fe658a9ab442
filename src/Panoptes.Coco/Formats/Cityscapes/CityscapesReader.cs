using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats.Panoptic;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Cityscapes;

/// <summary>
/// Reads Cityscapes as it is downloaded: for each image a PNG of instanceIds, or where that is missing the polygons it was made of, drawn
/// in their order. What Cityscapes does not evaluate is void.
/// </summary>
internal sealed class CityscapesReader : IPanopticSource
{
    private const string Instances = "_instanceIds.png";
    private const string Polygons = "_polygons.json";
    private const string ImageEnd = "_leftImg8bit";

    private static readonly string[] s_parts = ["train", "val", "test"];

    private readonly (string Stem, CocoImage Image)[] _images;
    private readonly ConversionContext _context;

    /// <summary>Looks at a folder; images come in the order of their names.</summary>
    /// <exception cref="InputException">It holds no labels, or those of an image cannot be read.</exception>
    public CityscapesReader(ConversionContext context)
    {
        _context = context;
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(context.Options.Input));
        string[] stems = [.. StemsIn(root, context.Options.Split)];
        if (stems.Length == 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, context.Options.Input, null,
                $"holds no labels of Cityscapes (*_gtFine{Polygons} or *_gtFine{Instances}"
                + $"{(context.Options.Split is { } split ? $", in a folder {split}" : "")}).");
        }

        string[] candidates =
        [
            Path.Combine(root, "leftImg8bit"), Path.Combine(root, "..", "leftImg8bit"), Path.Combine(root, "..", "..", "leftImg8bit"), root,
        ];
        context.Images ??= candidates.Select(Path.GetFullPath).FirstOrDefault(
            folder => Directory.Exists(folder) && (folder != root || FolderTree.EnumerateFiles(
                folder, $"*{ImageEnd}.*").Any()));
        (string, ImageSize)?[] named = new (string, ImageSize)?[stems.Length];
        context.ForEachImage("read", stems.Length, i => named[i] = context.Read(
            LossKind.InvalidFiles, () => new FormatImage(NameOf(stems[i], context.Images), SizeOf(stems[i]), [])) is { } image
                ? (image.FileName, image.Size)
                : null);
        CocoImage[] images = InstanceBuilder.Number([.. named.OfType<(string, ImageSize)>()], context.Header);
        _images = [.. stems.Where((_, i) => named[i] is not null).Zip(images)];
    }

    /// <inheritdoc />
    public int Count => _images.Length;

    /// <inheritdoc />
    public IReadOnlyList<PanopticCategory> Categories => CityscapesLabels.Categories;

    /// <summary>Whether a folder, or one below it, holds labels of Cityscapes.</summary>
    public static bool Is(string folder) => StemsIn(folder, split: null).Any();

    /// <summary>The parts: folders called train, val or test.</summary>
    public static IReadOnlyList<string> PartsOf(string folder) => [.. s_parts.Where(part => StemsIn(folder, part).Any())];

    /// <inheritdoc />
    public PanopticScene Read(int index)
    {
        (string stem, CocoImage image) = _images[index];
        LabelMap labels = File.Exists(stem + Instances) ? LabelMap.Load(stem + Instances) : Draw(stem + Polygons);
        long unread = 0;
        (int before, bool known) = (0, false); // a label is nearly always that of the pixel before
        foreach (ref int label in labels.Labels)
        {
            if (label != before)
            {
                (before, known) = (label, CityscapesLabels.Of(label) is not null);
            }

            unread += known ? 0 : 1;
            label = known ? label : 0;
        }

        _context.Losses.Add(LossKind.VoidPixels, image.FileName, unread);
        return new PanopticScene(
            image,
            labels,
            [
                .. labels.CountPixels().Keys.Where(label => label != 0).Order().Select(label =>
                {
                    PanopticCategory category = CityscapesLabels.Of(label)!;
                    return new PanopticSegment(label, category.Id, IsCrowd: category.IsThing && label < CityscapesLabels.ObjectFactor);
                }),
            ]);
    }

    private static IEnumerable<string> StemsIn(string folder, string? split) => Directory.Exists(folder)
        ? FolderTree.EnumerateFiles(folder, "*")
            .Where(file => file.EndsWith(Instances, StringComparison.Ordinal) || file.EndsWith(Polygons, StringComparison.Ordinal))
            .Where(file => Path.GetFileName(file).Contains("_gt", StringComparison.Ordinal))
            .Where(file => split is null || Path.GetRelativePath(folder, file).Replace('\\', '/').Split('/').SkipLast(1).Contains(split))
            .Select(file => file[..^(file.EndsWith(Instances, StringComparison.Ordinal) ? Instances : Polygons).Length])
            .Distinct().Order(StringComparer.Ordinal)
        : [];

    private ImageSize SizeOf(string stem)
    {
        string png = stem + Instances;
        return File.Exists(png)
            ? Image.ReadSize(png)
            : FormatJson.Load(stem + Polygons, _context.Text, root => SizeIn(root, stem + Polygons));
    }

    private static ImageSize SizeIn(JsonElement root, string path) =>
        root.Length("imgWidth") is { } width && root.Length("imgHeight") is { } height
            ? new ImageSize(width, height)
            : throw new InputException(
                InputErrorKind.Invalid, path, null,
                "the keys imgWidth and imgHeight are missing or no numbers of pixels.");

    /// <summary>The image of labels: of the same city and the same name but for its end.</summary>
    private static string NameOf(string stem, string? images)
    {
        string label = Path.GetFileName(stem);
        string name = label[..label.IndexOf("_gt", StringComparison.Ordinal)] + ImageEnd;
        string[] folders = Path.GetDirectoryName(stem)!.Replace('\\', '/').Split('/');
        string[] names =
        [
            .. Enumerable.Range(0, 3).Reverse().Where(i => i < folders.Length).Select(i => string.Join('/', [.. folders[^i..], name])),
        ];
        foreach (string candidate in images is null ? [] : names.SelectMany(n => ImageFiles.Extensions.Select(e => n + e)))
        {
            if (File.Exists(Path.Combine(images!, candidate)))
            {
                return candidate;
            }
        }

        return names[Math.Min(1, names.Length - 1)] + ".png";
    }

    /// <summary>Draws polygons over each other, as the PNGs of instanceIds were made.</summary>
    private LabelMap Draw(string path) => FormatJson.Load(path, _context.Text, root =>
    {
        ImageSize size = SizeIn(root, path);
        LabelMap map = new(size.Width, size.Height);
        Dictionary<long, int> objects = [];
        int number = 0;
        foreach (JsonElement element in root.List("objects"))
        {
            FormatPlace place = new(path, $"objects[{number++}]");
            if (element.Number("deleted") == 1 || element.Get("deleted") is { ValueKind: JsonValueKind.True })
            {
                continue;
            }

            Rle? mask = _context.Read(LossKind.InvalidObjects, () => MaskOf(element, size, place));
            if (mask is null)
            {
                continue;
            }

            (PanopticCategory Category, bool IsGroup)? named = CityscapesLabels.Named(element.Text("label") ?? "");
            int label = named switch
            {
                null => 0,
                { Category.IsThing: true, IsGroup: false } thing => ((int)thing.Category.Id * CityscapesLabels.ObjectFactor)
                    + (objects[thing.Category.Id] = objects.GetValueOrDefault(thing.Category.Id, -1) + 1),
                { } other => (int)other.Category.Id,
            };
            foreach (ColumnRun run in mask.EnumerateColumnRuns())
            {
                for (int y = run.Top; y < run.Bottom; y++)
                {
                    map.Row(y)[run.X] = label;
                }
            }
        }

        return map;
    });

    private static Rle MaskOf(JsonElement element, ImageSize size, FormatPlace place)
    {
        List<double> points = [];
        foreach (JsonElement point in element.List("polygon"))
        {
            if (point.ValueKind != JsonValueKind.Array || point.GetArrayLength() != 2
                || FormatJson.NumberIn(point[0]) is not { } x || FormatJson.NumberIn(point[1]) is not { } y
                || Math.Max(Math.Abs(x), Math.Abs(y)) > Rle.MaxCoordinate)
            {
                throw place.Invalid($"polygon[{points.Count / 2}] is {point.GetRawText()}; it must be two numbers, x and y.");
            }

            points.AddRange([x, y]);
        }

        return points.Count >= 6
            ? Rle.FromPolygon([.. points], size.Height, size.Width)
            : throw place.Invalid($"polygon has {points.Count / 2} points; it must have 3 or more.");
    }
}
