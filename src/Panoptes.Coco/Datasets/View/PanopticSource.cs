using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.View;

/// <summary>The segments of a panoptic dataset. Stuff has no box: it would frame most of the image.</summary>
internal sealed class PanopticSource : IObjectSource
{
    private readonly PanopticAnnotation?[] _annotations;
    private readonly CocoIndex _index;
    private readonly bool[] _isThing;
    private readonly string _folder;

    /// <param name="dataset">The dataset.</param>
    /// <param name="index">Its images and classes.</param>
    /// <param name="folder">The folder of its PNGs.</param>
    public PanopticSource(PanopticDataset dataset, CocoIndex index, string folder)
    {
        (_index, _folder) = (index, folder);
        _isThing = [.. dataset.Categories.Select(c => c.IsThing)]; // by ascending id, as in the index
        _annotations = new PanopticAnnotation?[index.Images.Count];
        foreach (PanopticAnnotation annotation in dataset.Annotations)
        {
            _annotations[index.IndexOfImage(annotation.ImageId)] = annotation;
        }
    }

    /// <inheritdoc />
    public IEnumerable<ViewObject> ObjectsOf(int image) => (_annotations[image]?.Segments ?? []).Select((segment, i) =>
    {
        int category = _index.IndexOfCategory(segment.CategoryId);
        return new ViewObject(i, segment.Id, category, _isThing[category] ? segment.Bbox : null, segment.Area, segment.IsCrowd);
    });

    /// <inheritdoc />
    public Rle?[] MasksOf(int image, IReadOnlyList<ViewObject> objects, ImageSize size, ImageSize shown)
    {
        if (_annotations[image] is not { } annotation)
        {
            return [];
        }

        LabelMap labels = LabelMap.Load(DatasetPath.Resolve(_folder, annotation.FileName)).Resize(shown.Width, shown.Height);
        byte[] pixels = new byte[shown.Pixels];
        return [.. objects.Select(o => MaskOf((int)o.Id!))];

        Rle MaskOf(int label)
        {
            ReadOnlySpan<int> all = labels.Labels;
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = all[i] == label ? (byte)1 : (byte)0;
            }

            return Rle.FromMask(pixels, shown.Height, shown.Width);
        }
    }
}
