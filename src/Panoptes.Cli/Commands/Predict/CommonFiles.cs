using Panoptes.Coco.Files;
using Panoptes.Inference;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>The files that all images share: <c>predictions.json</c> and <c>panoptic.json</c>.</summary>
/// <param name="folder">The folder of the results; it exists.</param>
/// <param name="kinds">What to write.</param>
/// <param name="categories">The classes.</param>
internal sealed class CommonFiles(string folder, SaveKinds kinds, IReadOnlyList<PanopticCategory> categories)
{
    /// <summary>What predictions may write into their folder under names of their own.</summary>
    public static IReadOnlyList<string> Names { get; } = ["predictions.json", "panoptic.json", "panoptic", "masks"];

    /// <summary>The COCO results file; null where none is asked for.</summary>
    public string? Results { get; } = kinds.HasFlag(SaveKinds.Coco) ? Path.Combine(folder, "predictions.json") : null;

    /// <summary>The panoptic JSON; null where none is asked for.</summary>
    public string? Panoptic { get; } = kinds.HasFlag(SaveKinds.Panoptic) ? Path.Combine(folder, "panoptic.json") : null;

    /// <summary>A model's classes as results have them.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="ids">The dataset whose ids they get; null for the model's.</param>
    public static IReadOnlyList<PanopticCategory> CategoriesOf(ModelCard card, AnnotatedIds? ids)
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

    /// <summary>Notes the files before those of images, so that the list has one order however often a prediction is interrupted.</summary>
    public void AddTo(OutputList list)
    {
        if (Results is not null) list.Add(Results);
        if (Panoptic is not null) list.Add(Panoptic);
    }

    /// <summary>Writes the files.</summary>
    /// <param name="read">Reads all images with their results, one by one; true: by rising id, not in the images' order.</param>
    public void Write(Func<bool, IEnumerable<(NamedImage Named, ManifestImage Found)>> read)
    {
        if (Results is not null) CocoWriter.WriteResults(Results, read(false).SelectMany(Detections), categories);
        if (Panoptic is null) return;
        Directory.CreateDirectory(Path.Combine(folder, "panoptic")); // readers expect it even where no image is in it
        PanopticResultWriter.WriteJson(Panoptic, categories, read(true).Select(image =>
            new PanopticResult(image.Named.Id, image.Named.Name + ".png", image.Found.Segments ?? [])
            {
                ImageIdText = image.Named.IdText,
            }));
    }

    private static IEnumerable<(string? ImageId, CocoDetection Detection)> Detections((NamedImage Named, ManifestImage Found) image) =>
        (image.Found.Detections ?? []).Select(
            detection => (image.Named.IdText, detection.ToCoco(image.Named.Id, image.Found.Height, image.Found.Width)));
}
