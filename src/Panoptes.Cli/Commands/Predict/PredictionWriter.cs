using System.Globalization;
using Panoptes.Cli.Input;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>
/// Writes what was found in images: <c>NAME.png</c> (or another format), <c>masks/NAME/001-class.png</c>, <c>predictions.json</c>,
/// <c>panoptic.json</c> with <c>panoptic/NAME.png</c>.
/// </summary>
/// <param name="folder">The folder for all of it; it exists.</param>
/// <param name="kinds">What to write.</param>
/// <param name="overlayFormat">The format of overlays.</param>
/// <param name="card">The model's card.</param>
/// <param name="list">Told of every file before it is written.</param>
/// <param name="ids">The dataset whose ids classes get; null for the model's.</param>
internal sealed class PredictionWriter(
    string folder, SaveKinds kinds, OverlayFormat overlayFormat, ModelCard card, OutputList list, AnnotatedIds? ids)
{
    private static readonly Rgb[] s_blackAndWhite = [new(0, 0, 0), new(255, 255, 255)];

    private readonly List<(string? ImageId, CocoDetection Detection)> _detections = [];
    private readonly PanopticResultWriter? _segments = kinds.HasFlag(SaveKinds.Panoptic)
        ? new PanopticResultWriter(Path.Combine(folder, "panoptic.json"), Categories(card, ids))
        : null;

    /// <summary>The results file; it is there after <see cref="Finish"/>.</summary>
    public string ResultsFile { get; } = Path.Combine(folder, "predictions.json");

    /// <summary>The panoptic JSON; it is there after <see cref="Finish"/>.</summary>
    public string PanopticFile { get; } = Path.Combine(folder, "panoptic.json");

    /// <summary>Writes the files of one image and remembers its detections. For one thread at a time.</summary>
    /// <param name="named">The image.</param>
    /// <param name="image">Its pixels.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="cancellationToken">Leaves the image out, whose file is not begun before it is drawn and encoded.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Write(NamedImage named, Image image, Segmentation found, CancellationToken cancellationToken)
    {
        if (kinds.HasFlag(SaveKinds.Overlay))
        {
            byte[] drawn = Unstoppable.Run(() => Overlay.Draw(image, found).Encode(overlayFormat.Format), cancellationToken);
            AtomicFile.WriteAllBytes(list.Add(Path.Combine(folder, named.Name + overlayFormat.Extension)), drawn);
        }

        if (_segments is not null)
        {
            list.Add(Path.Combine(folder, "panoptic", named.Name + ".png"));
            _segments.Add(named.Id, named.Name + ".png", Renumbered(found.Panoptic!), named.IdText);
        }

        if (kinds.HasFlag(SaveKinds.Masks)) WriteMasks(named, found, cancellationToken);
        if (kinds.HasFlag(SaveKinds.Coco))
            _detections.AddRange(found.ToCoco(named.Id, ids?.Classes).Select(detection => (named.IdText, detection)));
    }

    /// <summary>Writes what all images share.</summary>
    public void Finish()
    {
        if (kinds.HasFlag(SaveKinds.Coco)) CocoWriter.WriteResults(list.Add(ResultsFile), _detections, Categories(card, ids));
        if (_segments is null) return;
        list.Add(PanopticFile);
        _segments.Complete();
    }

    private static IReadOnlyList<PanopticCategory> Categories(ModelCard card, AnnotatedIds? ids)
    {
        if (ids is null) return card.ListCategories();
        Dictionary<long, string?> texts = ids.Categories.ToDictionary(c => c.Id, c => c.IdText);
        return
        [
            .. card.ListCategories()
                .Select(c => c with { Id = ids.Classes[c.Id], IdText = texts.GetValueOrDefault(ids.Classes[c.Id]) })
                .OrderBy(c => c.Id),
        ];
    }

    private PanopticSegmentation Renumbered(PanopticSegmentation found) => ids?.Classes.Remark is null
        ? found
        : new PanopticSegmentation(found.Labels, [.. found.Segments.Select(s => s with { CategoryId = ids.Classes[s.CategoryId] })]);

    private void WriteMasks(NamedImage named, Segmentation found, CancellationToken cancellationToken)
    {
        string masks = list.AddFolder(Path.Combine(folder, "masks", named.Name));
        byte[] pixels = new byte[found.Width * found.Height];
        for (int i = 0; i < found.Instances.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Instance instance = found.Instances[i];
            instance.Mask.ToMask(pixels);
            string name = string.Create(CultureInfo.InvariantCulture, $"{i + 1:000}-{FileName(instance.ClassName)}.png");
            byte[] png = PngEncoder.EncodeIndexed(pixels, found.Width, found.Height, found.Width, s_blackAndWhite);
            AtomicFile.WriteAllBytes(list.Add(Path.Combine(masks, name)), png);
        }
    }

    private static string FileName(string className) =>
        string.Concat(className.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
}
