using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>The things of a panoptic dataset as objects, and its stuff too if that is asked for.</summary>
internal static class PanopticThings
{
    /// <summary>
    /// Makes a COCO dataset. An annotation has its segment's id where these occur once in all images, else annotations are numbered.
    /// </summary>
    /// <exception cref="InputException">The input is wrong.</exception>
    public static InstanceDataset Read(IPanopticSource source, ConversionContext context)
    {
        bool all = context.Options.KeepStuff;
        HashSet<long> kept = [.. source.Categories.Where(c => all || c.IsThing).Select(c => c.Id)];
        CocoImage?[] images = new CocoImage?[source.Count];
        CocoAnnotation[]?[] objects = new CocoAnnotation[]?[source.Count];
        PanopticScenes.ForEach(source, context, "read", (i, scene) =>
        {
            images[i] = scene.Image;
            objects[i] = [.. Objects(scene, kept, context.Losses)];
        });
        CocoAnnotation[] annotations = [.. objects.OfType<CocoAnnotation[]>().SelectMany(o => o)];
        if (annotations.DistinctBy(a => a.Id).Count() != annotations.Length)
        {
            for (int i = 0; i < annotations.Length; i++)
            {
                context.Losses.Add(LossKind.SegmentIds, $"segment {annotations[i].Id} of image {annotations[i].ImageId}");
                annotations[i] = annotations[i] with { Id = i + 1 };
            }
        }

        return InstanceDataset.Create(
            images.OfType<CocoImage>(), source.Categories.Where(c => kept.Contains(c.Id))
                .Select(c => new CocoCategory(c.Id, c.Name, c.Supercategory)), annotations);
    }

    private static IEnumerable<CocoAnnotation> Objects(PanopticScene scene, HashSet<long> kept, LossLog losses)
    {
        SortedDictionary<int, Rle> masks = scene.Labels.ToMasks();
        foreach (PanopticSegment segment in scene.Segments)
        {
            if (!kept.Contains(segment.CategoryId))
            {
                losses.Add(LossKind.Stuff, PanopticResult.NameOf(scene.Image, segment));
                continue;
            }

            Rle mask = masks[segment.Id];
            PanopticSegment complete = SegmentFigures.Complete(segment, mask);
            yield return new CocoAnnotation(
                segment.Id,
                scene.Image.Id,
                segment.CategoryId,
                complete.Bbox!.Value,
                complete.Area!.Value,
                segment.IsCrowd,
                CocoSegmentation.FromRle(mask));
        }
    }
}
