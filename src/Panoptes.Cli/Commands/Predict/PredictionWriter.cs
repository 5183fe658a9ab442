using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Inference.Tiling;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>
/// Writes what was found in images: files of each image, then a line of the manifest; what all images share is made of the manifest in the
/// end.
/// </summary>
/// <param name="files">Writes an image's own files.</param>
/// <param name="kinds">What to write.</param>
/// <param name="ids">The dataset whose ids classes get; null for the model's.</param>
/// <param name="manifest">Holds the results.</param>
/// <param name="common">Writes what all images share; null for a shard, which has not all of them.</param>
internal sealed class PredictionWriter(
    ImageResultFiles files, SaveKinds kinds, AnnotatedIds? ids, PredictManifest manifest, CommonFiles? common)
{
    /// <summary>Makes sure that what is asked for can be written for an image of this size.</summary>
    /// <exception cref="InputException">It cannot.</exception>
    public void RequireWritable(NamedImage named, ImageSize size)
    {
        if (kinds.HasFlag(SaveKinds.Masks) && HugeImage.IsHuge(size))
        {
            throw new InputException(
                InputErrorKind.TooLarge, named.Path, null,
                $"a mask image of {size} for each object is not written above {HugeImage.MostPixels} pixels. "
                + "--save coco and geojson hold the same masks.");
        }
    }

    /// <summary>Writes the files of an image and adds it to the manifest. For one thread at a time.</summary>
    /// <param name="source">The image.</param>
    /// <param name="image">Its pixels.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="cancellationToken">Skips the image, whose file is not begun before it is drawn and encoded.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Write(SourceImage source, Image image, Segmentation found, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> written = files.Write(source.Named, image, found, cancellationToken);
        Add(source, found, found.Panoptic?.Segments, written);
    }

    /// <summary>The same of an image that was segmented in tiles.</summary>
    /// <inheritdoc cref="Write(SourceImage, Image, Segmentation, CancellationToken)"/>
    public void Write(SourceImage source, ImageRegions image, TiledSegmentation found, CancellationToken cancellationToken)
    {
        if (!HugeImage.IsHuge(image.Size))
        {
            Write(source, image.Read(0, 0, found.Width, found.Height), found.ToSegmentation(), cancellationToken);
            return;
        }

        IReadOnlyList<string> written = files.Write(source.Named, image, found, cancellationToken);
        Segmentation flat = new(found.Width, found.Height, found.Instances, found.Timings);
        Add(source, flat, found.Segments?.Select(s => s.Segment), written);
    }

    /// <summary>Writes what all images share.</summary>
    public void Finish() => common?.Write(manifest.Read);

    private void Add(SourceImage source, Segmentation found, IEnumerable<Segment>? segments, IReadOnlyList<string> written) =>
        manifest.Add(source.Index, new ManifestImage(
            Path.GetFullPath(source.Named.Path),
            source.Bytes,
            source.Modified,
            written,
            found.Height,
            found.Width,
            found.Instances.Count,
            kinds.HasFlag(SaveKinds.Coco) ? [.. found.ToCoco(source.Named.Id, ids?.Classes).Select(ManifestDetection.Of)] : null,
            kinds.HasFlag(SaveKinds.Panoptic) ? [.. segments!.Select(Renumbered)] : null));

    private Segment Renumbered(Segment segment) =>
        ids?.Classes.Remark is null ? segment : segment with { CategoryId = ids.Classes[segment.CategoryId] };
}
