using System.Buffers;
using System.Runtime.ExceptionServices;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Scenes;

/// <summary>
/// Writes drawn scenes as a COCO dataset: images, instance annotations (visible pixels as run lengths), panoptic annotations
/// and their PNGs.
/// </summary>
internal static class SceneDatasetWriter
{
    // Scenes to evaluate on start here, so that they stay the same whatever the number of scenes to train on.
    private const int FirstValScene = 1_000_000;
    private const int JpegQuality = 94;

    /// <summary>Writes a dataset with the default look.</summary>
    /// <param name="folder">Where to write; made if needed.</param>
    /// <param name="trainCount">Scenes to train on.</param>
    /// <param name="valCount">Scenes to evaluate on.</param>
    /// <param name="seed">Names the scenes.</param>
    /// <returns>Where everything lies.</returns>
    public static SceneDataset Write(string folder, int trainCount, int valCount, ulong seed) =>
        Write(folder, trainCount, valCount, new SceneOptions { Seed = seed });

    /// <summary>
    /// Writes a dataset, unless the folder already holds a complete one of the same options. What is left of an unfinished one is
    /// replaced.
    /// </summary>
    /// <param name="folder">Where to write; made if needed.</param>
    /// <param name="trainCount">Scenes to train on, from 0 to 1,000,000.</param>
    /// <param name="valCount">Scenes to evaluate on, from 0 to 1,000,000.</param>
    /// <param name="options">The scenes' look and seed.</param>
    /// <param name="progress">Told the number of scenes written so far, from several threads.</param>
    /// <param name="cancellationToken">Stops between scenes.</param>
    /// <returns>Where everything lies.</returns>
    /// <exception cref="InputException">An option is outside its range.</exception>
    /// <exception cref="IOException">The folder cannot be written, or the disk is full.</exception>
    public static SceneDataset Write(
        string folder,
        int trainCount,
        int valCount,
        SceneOptions options,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)trainCount, (uint)FirstValScene, nameof(trainCount));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)valCount, (uint)FirstValScene, nameof(valCount));
        SceneGenerator generator = new(options);
        SceneDataset dataset = new(folder);
        SceneManifest manifest = SceneManifest.For(options, trainCount, valCount);
        Directory.CreateDirectory(folder);
        if (manifest.Describes(dataset))
            return dataset;
        File.Delete(dataset.ManifestPath);
        int written = 0;
        Action count = () => progress?.Report(Interlocked.Increment(ref written));
        WriteSplit(dataset.Train, generator, 0, trainCount, count, cancellationToken);
        WriteSplit(dataset.Val, generator, FirstValScene, valCount, count, cancellationToken);
        File.WriteAllBytes(dataset.ManifestPath, manifest.ToJson());
        return dataset;
    }

    private static void WriteSplit(
        SceneSplit split, SceneGenerator generator, int firstScene, int count, Action written, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(split.Images);
        Directory.CreateDirectory(split.PanopticFolder);
        CocoImage[] images = new CocoImage[count];
        CocoAnnotation[][] instances = new CocoAnnotation[count][];
        IReadOnlyList<SceneSegment>[] segments = new IReadOnlyList<SceneSegment>[count];
        ParallelOptions parallel = new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        ForEach(count, parallel, index =>
        {
            Scene scene = generator.Generate(firstScene + index);
            scene.Image.SaveJpeg(Path.Combine(split.Images, SceneSplit.ImageName(index)), JpegQuality);
            ToImage(scene).SavePng(Path.Combine(split.PanopticFolder, SceneSplit.PanopticName(index)));
            images[index] = new CocoImage(index + 1, SceneSplit.ImageName(index), scene.Image.Width, scene.Image.Height);
            instances[index] = Annotate(scene, index + 1);
            segments[index] = scene.Segments;
            written();
        });
        CocoWriter.WriteInstances(split.Annotations, InstanceDataset.Create(images, Things(generator.Categories), Number(instances)));
        ScenePanopticWriter.Write(split.Panoptic, generator.Categories, images, segments);
    }

    /// <summary>As Parallel.For, but throws what went wrong itself: a full disk is not an aggregate of full disks.</summary>
    private static void ForEach(int count, ParallelOptions options, Action<int> action)
    {
        try
        {
            Parallel.For(0, count, options, action);
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    /// <summary>The ids as colors.</summary>
    private static Image ToImage(Scene scene)
    {
        Image image = new(scene.Image.Width, scene.Image.Height);
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < scene.PanopticIds.Length; i++)
        {
            int id = scene.PanopticIds[i];
            pixels[3 * i] = (byte)id;
            pixels[3 * i + 1] = (byte)(id >> 8);
            pixels[3 * i + 2] = (byte)(id >> 16);
        }
        return image;
    }

    private static CocoAnnotation[] Annotate(Scene scene, long imageId)
    {
        byte[] mask = ArrayPool<byte>.Shared.Rent(scene.PanopticIds.Length);
        List<CocoAnnotation> annotations = new();
        foreach (SceneSegment segment in scene.Things)
        {
            for (int i = 0; i < scene.PanopticIds.Length; i++)
                mask[i] = scene.PanopticIds[i] == segment.Id ? (byte)1 : (byte)0;
            Rle rle = Rle.FromMask(mask, scene.Image.Height, scene.Image.Width);
            annotations.Add(new CocoAnnotation(
                Id: 0,
                imageId,
                segment.Category.Id,
                new BoxXywh(segment.X, segment.Y, segment.Width, segment.Height),
                segment.Area,
                IsCrowd: false,
                CocoSegmentation.FromRle(rle)));
        }
        ArrayPool<byte>.Shared.Return(mask);
        return [.. annotations];
    }

    private static IEnumerable<CocoAnnotation> Number(CocoAnnotation[][] annotations)
    {
        long id = 0;
        foreach (CocoAnnotation annotation in annotations.SelectMany(image => image))
            yield return annotation with { Id = ++id };
    }

    private static IEnumerable<CocoCategory> Things(IEnumerable<SceneCategory> categories) =>
        categories.Where(c => c.IsThing).Select(c => new CocoCategory(c.Id, c.Name, c.Supercategory));
}
