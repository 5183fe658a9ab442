using Panoptes.Masks;

namespace Panoptes.Coco.Files.Tracks;

/// <summary>Reads JSONs of tracks: what every instance JSON holds by its reader, and then what is more.</summary>
internal static class TrackReader
{
    /// <inheritdoc cref="TrackDataset.Load"/>
    public static TrackDataset Read(string path, bool masks, InputLimits limits, CancellationToken cancellationToken)
    {
        TrackKeys keys = TrackKeys.Load(path, cancellationToken);
        InstanceDataset dataset = InstanceDataset.Read(
            path, new InstanceDatasetOptions { Masks = masks, Limits = limits }, cancellationToken);
        try
        {
            return Join(keys, dataset);
        }
        catch (InputException e) when (e.File is null)
        {
            throw e.InFile(path);
        }
    }

    private static TrackDataset Join(TrackKeys keys, InstanceDataset dataset)
    {
        int crowds = 0;
        List<TrackVideo> videos = [];
        ILookup<long, (int Frame, int Image)> framesOf = Enumerable.Range(0, dataset.Images.Count)
            .ToLookup(i => VideoOf(keys, dataset.Images[i]), i => (keys.Images[dataset.Images[i].Id].Frame, i));
        foreach ((long id, string name) in keys.Videos)
        {
            (int Frame, int Image)[] frames = [.. framesOf[id].OrderBy(frame => frame.Frame)];
            int width = 0;
            int height = 0;
            List<IReadOnlyList<TrackedObject>> objects = [];
            foreach ((int frame, int imageIndex) in frames)
            {
                CocoImage image = dataset.Images[imageIndex];
                Require(frame == objects.Count, image, $"frame_index is {frame}; video {id} ('{name}') needs every number from 0 to "
                    + $"{frames.Length - 1} once");
                Require(
                    objects.Count == 0 || (image.Width == width && image.Height == height),
                    image,
                    $"is {image.Width}x{image.Height}, the images before it are {width}x{height}; all images of a video must have one size");
                (width, height) = (image.Width, image.Height);
                crowds += dataset.AnnotationsOf(imageIndex).Count(annotation => annotation.IsCrowd);
                objects.Add(ObjectsOf(keys, dataset, imageIndex));
            }

            videos.Add(new TrackVideo(name, width, height, objects));
        }

        IReadOnlyList<string> warnings = dataset.DescribeWarnings();
        return new TrackDataset(dataset.Categories, videos)
        {
            Warnings = crowds == 0 ? warnings : [.. warnings, $"{crowds} crowd annotations are not tracks and were skipped."],
        };
    }

    private static long VideoOf(TrackKeys keys, CocoImage image)
    {
        long video = keys.Images[image.Id].Video;
        Require(keys.Videos.ContainsKey(video), image, $"video_id is {video}, but videos has no such id");
        return video;
    }

    private static TrackedObject[] ObjectsOf(TrackKeys keys, InstanceDataset dataset, int imageIndex)
    {
        CocoImage image = dataset.Images[imageIndex];
        Dictionary<long, long> seen = [];
        List<TrackedObject> objects = [];
        foreach (CocoAnnotation annotation in dataset.AnnotationsOf(imageIndex).Where(annotation => !annotation.IsCrowd))
        {
            (long track, double? score) = keys.Annotations[annotation.Id];
            if (!seen.TryAdd(track, annotation.Id))
            {
                throw InputException.InContent(
                    $"annotation {annotation.Id}",
                    $"track_id is {track}, as that of annotation {seen[track]} of the same image; a track is one object.");
            }

            Rle? mask = annotation.Segmentation is null ? null : annotation.ToRle(image.Height, image.Width);
            objects.Add(new TrackedObject(track, annotation.CategoryId, annotation.Bbox, mask, score));
        }

        return [.. objects];
    }

    private static void Require(bool holds, CocoImage image, string problem)
    {
        if (!holds)
        {
            throw InputException.InContent($"image {image.IdAsWritten}", $"{problem}.");
        }
    }
}
