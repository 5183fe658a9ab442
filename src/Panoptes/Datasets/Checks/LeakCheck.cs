using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Panoptes.Datasets.Checks;

/// <summary>
/// Finds pictures that are in another data set too: by their bytes where both folders are known, else by id and file name.
/// </summary>
internal static class LeakCheck
{
    /// <summary>Marks the pictures found as left out.</summary>
    /// <param name="head">The pictures.</param>
    /// <param name="options">The other data set, and both folders.</param>
    /// <param name="log">Takes what was found.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The other file is no data set.</exception>
    public static void Check(DatasetHead head, DatasetCheckOptions options, FindingLog log, CancellationToken cancellationToken)
    {
        DatasetHead other = DatasetHead.Read(options.Against!, new FindingLog());
        PictureEntry[] pictures = [.. head.Pictures.Where(p => !p.IsLeftOut && p.JoinedTo is null)];
        PictureEntry?[] found = options is { Images: { } own, AgainstImages: { } others }
            ? ByContent(pictures, own, other.Pictures, others, cancellationToken)
            : [.. pictures.Select(p => ByName(p, other))];
        for (int i = 0; i < pictures.Length; i++)
        {
            if (found[i] is { } same)
            {
                log.Add(ProblemKind.PictureInBoth, $"{pictures[i]} and {same} of the other");
                pictures[i].IsLeftOut = true;
            }
        }
    }

    private static PictureEntry? ByName(PictureEntry picture, DatasetHead other) =>
        picture.FileName.Length > 0 && other.TryGetPicture(picture.Id, out PictureEntry? same) && same.FileName == picture.FileName
            ? same
            : null;

    private static PictureEntry?[] ByContent(
        PictureEntry[] pictures, string folder, IReadOnlyList<PictureEntry> others, string otherFolder, CancellationToken cancellationToken)
    {
        ILookup<long, PictureEntry> bySize = others
            .Where(p => File.Exists(Path.Combine(otherFolder, p.FileName)))
            .ToLookup(p => new FileInfo(Path.Combine(otherFolder, p.FileName)).Length);
        ConcurrentDictionary<PictureEntry, UInt128> hashes = [];
        PictureEntry?[] found = new PictureEntry?[pictures.Length];
        ParallelInput.For(
            pictures.Length,
            i =>
            {
                FileInfo file = new(Path.Combine(folder, pictures[i].FileName));
                if (!file.Exists || !bySize.Contains(file.Length))
                {
                    return;
                }

                // Few files are of exactly the same length; only those are read.
                UInt128 own = Hash(file.FullName);
                found[i] = bySize[file.Length].FirstOrDefault(
                    p => hashes.GetOrAdd(p, entry => Hash(Path.Combine(otherFolder, entry.FileName))) == own);
            },
            (i, message) => $"{pictures[i]}: {message}",
            cancellationToken);
        return found;
    }

    private static UInt128 Hash(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(stream));
    }
}
