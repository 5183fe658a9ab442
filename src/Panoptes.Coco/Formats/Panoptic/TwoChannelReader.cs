using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>Reads panopticapi's two-channel PNGs.</summary>
internal sealed class TwoChannelReader : IPanopticSource
{
    private readonly string _folder;
    private readonly IReadOnlyList<string> _files;
    private readonly CocoImage[] _images;
    private readonly Dictionary<long, PanopticCategory> _categories;

    /// <summary>Looks at a folder; images come in the order of their names.</summary>
    /// <exception cref="InputException">There is no PNG, or it is not said which classes are things.</exception>
    public TwoChannelReader(ConversionContext context)
    {
        _folder = context.Options.Input;
        if (!Directory.Exists(_folder))
        {
            throw InputException.ForSetting(
                "ConversionOptions.Input",
                $"the folder '{_folder}' does not exist; it holds PNGs of two channels",
                InputErrorKind.NotFound);
        }

        ClassList classes = context.Classes
            ?? (context.Header is { Categories.Count: > 0 } header
                ? ClassList.Of(context.Options.Like!, header.Categories)
                : throw InputException.ForSetting(
                    "ConversionOptions.Classes",
                    "two channels hold numbers of classes only; name a JSON with categories "
                        + "(id, name, isthing)"));
        Categories = [.. classes.ToPanoptic().OrderBy(c => c.Id)];
        _categories = Categories.ToDictionary(c => c.Id);
        _files = [.. ImageFiles.List(_folder).Where(file => ImageFiles.FormatOf(file) == ImageFormat.Png)];
        if (_files.Count == 0)
        {
            throw new InputException(InputErrorKind.Invalid, _folder, null, "holds no PNG.");
        }

        Dictionary<string, string>? images = context.Options.Images is { } folder ? FormatImageFiles.ByStem(folder) : null;
        (string, ImageSize)[] named = new (string, ImageSize)[_files.Count];
        context.ForEachImage("read", named.Length, i =>
            named[i] = (
                images?.GetValueOrDefault(FormatImageFiles.Stem(_files[i])) ?? _files[i],
                Image.ReadSize(Path.Combine(_folder, _files[i]))));
        _images = InstanceBuilder.Number(named, context.Header);
    }

    /// <inheritdoc />
    public int Count => _files.Count;

    /// <inheritdoc />
    public IReadOnlyList<PanopticCategory> Categories { get; }

    /// <inheritdoc />
    public PanopticScene Read(int index)
    {
        string path = Path.Combine(_folder, _files[index]);
        LabelMap labels = LabelMap.Load(path);
        foreach (ref int label in labels.Labels)
        {
            // Class 0 means no class, whatever the instance.
            label = TwoChannel.Split(label).Category == 0 && label <= 0xFFFF ? 0 : label;
        }

        List<PanopticSegment> segments = [];
        foreach (int label in labels.CountPixels().Keys.Where(label => label != 0).OrderBy(TwoChannel.Split))
        {
            (int category, int instance) = TwoChannel.Split(label);
            if (instance > TwoChannel.Crowd)
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, null,
                    "has blue in a pixel; two channels are red and green (a PNG with blue is one of panoptic ids).");
            }

            if (!_categories.TryGetValue(category, out PanopticCategory? known))
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, null,
                    $"has the class {category} in red, which the classes given do not have.");
            }

            segments.Add(new PanopticSegment(label, category, IsCrowd: known.IsThing && instance == TwoChannel.Crowd));
        }

        return new PanopticScene(_images[index], labels, segments);
    }
}
