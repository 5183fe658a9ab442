using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Checks the image files of a dataset, with all cores.</summary>
internal static class ImageFileCheck
{
    // The smallest scale: all of a JPEG is still read, and damage shows.
    /// <summary>
    /// Checks every image; those that are missing or unreadable are marked as unusable, sizes are taken from the files unless the
    /// proportions differ.
    /// </summary>
    /// <param name="head">The images.</param>
    /// <param name="folder">Their folder.</param>
    /// <param name="decode">Whether images are decoded; only decoding shows all damage.</param>
    /// <param name="limits">How large they may be.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="progress">Told how many images are done; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static void Check(
        DatasetHead head,
        string folder,
        bool decode,
        InputLimits limits,
        FindingLog log,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        ImageEntry[] images = [.. head.Images.Where(p => !p.IsSkipped && p.JoinedTo is null)];
        ImageState[] states = new ImageState[images.Length];
        int done = 0;
        DecodeOptions? decoding = decode
            ? new DecodeOptions { MinShortSide = 1, Limits = limits, CancellationToken = cancellationToken }
            : null;
        ParallelInput.For(
            images.Length,
            i =>
            {
                states[i] = Look(DatasetPath.Resolve(folder, images[i].FileName), decoding);
                progress?.Report((Interlocked.Increment(ref done), images.Length));
            },
            (i, message) => $"{images[i]}: {message}",
            cancellationToken);
        for (int i = 0; i < images.Length; i++)
        {
            Judge(images[i], states[i], log);
        }

        HashSet<string> used = head.Images.Select(p => DatasetPath.Resolve(folder, p.FileName)).Where(File.Exists).Select(Path.GetFullPath)
            .ToHashSet(PathComparison.Comparer);
        foreach (string file in ImageFiles.List(folder).Where(file => !used.Contains(Path.GetFullPath(Path.Combine(folder, file)))))
        {
            log.Add(ProblemKind.UnusedFile, file);
        }
    }

    private static ImageState Look(string path, DecodeOptions? decoding)
    {
        if (!File.Exists(path))
        {
            return new ImageState { IsMissing = true };
        }

        try
        {
            ImageHeader header = new(Image.ReadStoredSize(path, out int orientation), orientation);
            if (decoding is not null)
            {
                Image.Load(path, decoding);
            }

            return new ImageState { Header = header };
        }
        catch (InputException e)
        {
            return new ImageState { Damage = e.Message.Replace($"{path}: ", "", StringComparison.Ordinal).TrimEnd('.') };
        }
    }

    private static void Judge(ImageEntry image, ImageState state, FindingLog log)
    {
        if (state.IsMissing || state.Damage is not null)
        {
            log.Add(
                state.IsMissing ? ProblemKind.MissingImage : ProblemKind.UnreadableImage,
                state.Damage is null ? $"{image}" : $"{image}: {state.Damage}");
            image.IsUnusable = true;
            return;
        }

        (ImageSize stated, ImageSize stored, ImageSize upright) = (image.Stated, state.Header.Stored, state.Header.Upright);
        int orientation = state.Header.Orientation;
        image.FileSize = image.Size = upright;
        if (stated.Pixels == 0)
        {
            return; // which is reported for itself
        }

        if (stated == upright)
        {
            bool told = state.Header.SwapsSides && upright != stored;
            if (orientation != ImageHeader.NotTurned && !told)
            {
                log.Add(ProblemKind.AmbiguousOrientation, $"{image}: EXIF orientation {orientation}");
            }
        }
        else if (stated == stored)
        {
            log.Add(ProblemKind.RotatedImage, $"{image}: {stated} stated, {upright} upright (EXIF orientation {orientation})");
            image.Move = new CoordinateChange(stated, upright, orientation);
        }
        else
        {
            bool isResized = IsSameShape(stated, upright);
            string shape = isResized ? "" : ", which has other proportions";
            log.Add(ProblemKind.WrongSize, $"{image}: {stated} stated, {upright} in the file{shape}");
            image.Move = isResized ? new CoordinateChange(stated, upright, ImageHeader.NotTurned) : null;
            image.Size = isResized ? upright : stated; // a stretched or cut image says nothing of where its objects are now
        }

        if (image.IsUnclear)
        {
            image.KeepAsStated(); // another entry with its id states another size
        }
    }

    /// <summary>Whether one size is the other one resized, but for rounding.</summary>
    private static bool IsSameShape(ImageSize a, ImageSize b) =>
        Math.Abs(((double)a.Width * b.Height) - ((double)a.Height * b.Width)) <= Math.Max(a.LongSide, b.LongSide);

    private readonly record struct ImageState
    {
        public bool IsMissing { get; init; }

        public string? Damage { get; init; }

        public ImageHeader Header { get; init; }
    }
}
