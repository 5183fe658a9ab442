using Panoptes.Imaging;
using Panoptes.Imaging.Codecs;

namespace Panoptes.Datasets.Checks;

/// <summary>Checks the picture files of a data set, with all cores.</summary>
internal static class PictureFiles
{
    // The smallest scale: all of a JPEG is still read, and damage shows.
    private static readonly DecodeOptions Small = DecodeOptions.Default with { MinShortSide = 1 };

    /// <summary>
    /// Checks every picture; those that are missing or unreadable are marked as left out, sizes are taken from the files.
    /// </summary>
    /// <param name="head">The pictures.</param>
    /// <param name="folder">Their folder.</param>
    /// <param name="decode">Whether pictures are decoded, which alone shows all damage.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="progress">Told how many pictures are done; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static void Check(
        DatasetHead head,
        string folder,
        bool decode,
        FindingLog log,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        PictureEntry[] pictures = [.. head.Pictures.Where(p => !p.IsLeftOut && p.JoinedTo is null)];
        PictureState[] states = new PictureState[pictures.Length];
        int done = 0;
        ParallelInput.For(
            pictures.Length,
            i =>
            {
                states[i] = Look(Path.Combine(folder, pictures[i].FileName), decode);
                progress?.Report((Interlocked.Increment(ref done), pictures.Length));
            },
            (i, message) => $"{pictures[i]}: {message}",
            cancellationToken);
        for (int i = 0; i < pictures.Length; i++)
        {
            Judge(pictures[i], states[i], log);
        }

        HashSet<string> used = head.Pictures.Select(p => Path.Combine(folder, p.FileName)).Where(File.Exists).Select(Path.GetFullPath)
            .ToHashSet(PathComparison.Comparer);
        foreach (string file in ImageFiles.List(folder).Where(file => !used.Contains(Path.GetFullPath(Path.Combine(folder, file)))))
        {
            log.Add(ProblemKind.UnusedFile, file);
        }
    }

    private static PictureState Look(string path, bool decode)
    {
        if (!File.Exists(path))
        {
            return new PictureState { IsMissing = true };
        }

        try
        {
            PictureHeader header = PictureDecoder.ReadHeader(path);
            if (decode)
            {
                Image.Load(path, Small);
            }

            return new PictureState { Header = header };
        }
        catch (InputException e)
        {
            return new PictureState { Damage = e.Message.Replace($"{path}: ", "", StringComparison.Ordinal).TrimEnd('.') };
        }
    }

    private static void Judge(PictureEntry picture, PictureState state, FindingLog log)
    {
        if (state.IsMissing || state.Damage is not null)
        {
            log.Add(
                state.IsMissing ? ProblemKind.MissingPicture : ProblemKind.UnreadablePicture,
                state.Damage is null ? $"{picture}" : $"{picture}: {state.Damage}");
            picture.IsLeftOut = true;
            return;
        }

        (ImageSize stated, ImageSize stored, ImageSize upright) = (picture.Stated, state.Header.Stored, state.Header.Upright);
        int orientation = state.Header.Orientation;
        picture.Size = upright;
        if (stated.Pixels == 0)
        {
            return; // which is reported for itself
        }

        if (stated == upright)
        {
            bool told = ExifOrientation.SwapsSides(orientation) && upright != stored;
            if (orientation != ExifOrientation.Upright && !told)
            {
                log.Add(ProblemKind.AmbiguousOrientation, $"{picture}: EXIF orientation {orientation}");
            }
        }
        else if (stated == stored)
        {
            log.Add(ProblemKind.RotatedPicture, $"{picture}: {stated} stated, {upright} upright (EXIF orientation {orientation})");
            picture.Move = new CoordinateChange(stated, upright, orientation);
        }
        else
        {
            log.Add(ProblemKind.WrongSize, $"{picture}: {stated} stated, {upright} in the file");
            picture.Move = IsSameShape(stated, upright) ? new CoordinateChange(stated, upright, ExifOrientation.Upright) : null;
        }
    }

    /// <summary>Whether one size is the other one resized, but for rounding.</summary>
    private static bool IsSameShape(ImageSize a, ImageSize b) =>
        Math.Abs(((double)a.Width * b.Height) - ((double)a.Height * b.Width)) <= Math.Max(a.LongSide, b.LongSide);

    private readonly record struct PictureState
    {
        public bool IsMissing { get; init; }

        public string? Damage { get; init; }

        public PictureHeader Header { get; init; }
    }
}
