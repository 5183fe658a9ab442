using System.Collections.Concurrent;
using System.Security.Cryptography;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>
/// Finds images that are in another dataset too: by their bytes where both folders are known, else by id and file name.
/// </summary>
internal static class LeakCheck
{
    /// <summary>Marks the images found as skipped.</summary>
    /// <param name="head">The images.</param>
    /// <param name="options">The other dataset, and both folders.</param>
    /// <param name="log">Takes what was found.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The other file is not a dataset.</exception>
    public static void Check(DatasetHead head, DatasetCheckOptions options, FindingLog log, CancellationToken cancellationToken)
    {
        DatasetHead other = DatasetHead.Read(options.Against!, new FindingLog(), options.Limits, cancellationToken);
        ImageEntry[] images = [.. head.Images.Where(p => !p.IsSkipped && p.JoinedTo is null)];
        ImageEntry?[] found = options is { Images: { } own, AgainstImages: { } others }
            ? ByContent(images, own, other.Images, others, cancellationToken)
            : [.. images.Select(p => ByName(p, other))];
        for (int i = 0; i < images.Length; i++)
        {
            if (found[i] is { } same)
            {
                log.Add(ProblemKind.ImageInBoth, $"{images[i]} and {same} of the other");
                images[i].IsSkipped = true;
            }
        }
    }

    private static ImageEntry? ByName(ImageEntry image, DatasetHead other) =>
        image.FileName.Length > 0 && other.TryGetImage(image.Id, out ImageEntry? same) && same.FileName == image.FileName
            ? same
            : null;

    private static ImageEntry?[] ByContent(
        ImageEntry[] images, string folder, IReadOnlyList<ImageEntry> others, string otherFolder, CancellationToken cancellationToken)
    {
        ILookup<long, ImageEntry> bySize = others
            .Where(p => File.Exists(DatasetPath.Resolve(otherFolder, p.FileName)))
            .ToLookup(p => new FileInfo(DatasetPath.Resolve(otherFolder, p.FileName)).Length);
        ConcurrentDictionary<ImageEntry, UInt128> hashes = [];
        ImageEntry?[] found = new ImageEntry?[images.Length];
        ParallelInput.For(
            images.Length,
            i =>
            {
                FileInfo file = new(DatasetPath.Resolve(folder, images[i].FileName));
                if (!file.Exists || !bySize.Contains(file.Length))
                {
                    return;
                }

                // Few files are of exactly the same length; only those are read.
                UInt128 own = Hash(file.FullName);
                found[i] = bySize[file.Length].FirstOrDefault(
                    p => hashes.GetOrAdd(p, entry => Hash(DatasetPath.Resolve(otherFolder, entry.FileName))) == own);
            },
            (i, message) => $"{images[i]}: {message}",
            cancellationToken);
        return found;
    }

    private static UInt128 Hash(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(stream));
    }
}
