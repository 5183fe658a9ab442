using System.Globalization;
using Panoptes.Cli.Input;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Tiling;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>
/// Writes the files that belong to one image: <c>NAME.png</c> (or another format; of a huge image <c>NAME.html</c> with a pyramid),
/// <c>masks/NAME/001-class.png</c>, <c>panoptic/NAME.png</c>, <c>NAME.geojson</c>.
/// </summary>
/// <param name="folder">The folder for all of it; it exists.</param>
/// <param name="kinds">What to write.</param>
/// <param name="overlayFormat">The format of overlays.</param>
/// <param name="list">Told of every file before it is written.</param>
/// <param name="warn">Told what users should know of a file.</param>
internal sealed class ImageResultFiles(
    string folder, SaveKinds kinds, OverlayFormat overlayFormat, OutputList list, Action<string> warn)
{
    private static readonly Rgb[] s_blackAndWhite = [new(0, 0, 0), new(255, 255, 255)];

    private List<string> _written = [];

    /// <summary>Writes the files of an image.</summary>
    /// <returns>Their names relative to the folder; a folder ends with a slash.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<string> Write(NamedImage named, Image image, Segmentation found, CancellationToken cancellationToken)
    {
        _written = [];
        if (kinds.HasFlag(SaveKinds.Overlay))
        {
            byte[] drawn = Unstoppable.Run(() => Overlay.Draw(image, found).Encode(overlayFormat.Format), cancellationToken);
            AtomicFile.WriteAllBytes(Add(named.Name + overlayFormat.Extension), drawn);
        }

        if (kinds.HasFlag(SaveKinds.Panoptic)) found.Panoptic!.Labels.SavePng(AddPanoptic(named));
        if (kinds.HasFlag(SaveKinds.GeoJson)) GeoJson.Save(Add($"{named.Name}.geojson"), found, PlaceOf(named));
        if (kinds.HasFlag(SaveKinds.Masks)) WriteMasks(named, found, cancellationToken);
        return _written;
    }

    /// <summary>Writes the files of an image that is too large for memory.</summary>
    /// <inheritdoc cref="Write(NamedImage, Image, Segmentation, CancellationToken)"/>
    public IReadOnlyList<string> Write(NamedImage named, ImageRegions image, TiledSegmentation found, CancellationToken cancellationToken)
    {
        _written = [];
        if (kinds.HasFlag(SaveKinds.Overlay))
        {
            // Its files are known when they are there; interrupted before, they stay with the next prediction, which replaces them.
            foreach (string file in OverlayPyramid.Save(Path.Combine(folder, named.Name), image, found, cancellationToken))
                Add(Path.GetRelativePath(Path.GetFullPath(folder), file));
        }

        if (kinds.HasFlag(SaveKinds.Panoptic))
        {
            using LabelRows labels = found.OpenLabels();
            labels.SavePng(AddPanoptic(named));
        }

        if (kinds.HasFlag(SaveKinds.GeoJson)) GeoJson.Save(Add($"{named.Name}.geojson"), found, PlaceOf(named));
        return _written;
    }

    private string AddPanoptic(NamedImage named)
    {
        Directory.CreateDirectory(Path.Combine(folder, "panoptic"));
        return Add(Path.Combine("panoptic", named.Name + ".png"));
    }

    private string Add(string name)
    {
        _written.Add(name.Replace('\\', '/'));
        return list.Add(Path.Combine(folder, name));
    }

    private GeoReference? PlaceOf(NamedImage named)
    {
        try
        {
            return GeoReference.Read(named.Path);
        }
        catch (InputException e)
        {
            warn($"{e.Message} Its GeoJSON has coordinates in pixels.");
            return null;
        }
    }

    private void WriteMasks(NamedImage named, Segmentation found, CancellationToken cancellationToken)
    {
        string masks = Path.Combine("masks", named.Name);
        list.AddFolder(Path.Combine(folder, masks));
        _written.Add($"masks/{named.Name}/");
        byte[] pixels = new byte[found.Width * found.Height];
        for (int i = 0; i < found.Instances.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Instance instance = found.Instances[i];
            instance.Mask.ToMask(pixels);
            string name = string.Create(CultureInfo.InvariantCulture, $"{i + 1:000}-{FileName(instance.ClassName)}.png");
            byte[] png = PngEncoder.EncodeIndexed(pixels, found.Width, found.Height, found.Width, s_blackAndWhite);
            AtomicFile.WriteAllBytes(Add(Path.Combine(masks, name)), png);
        }
    }

    private static string FileName(string className) =>
        string.Concat(className.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
}
