using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets;

/// <summary>
/// Splits a COCO dataset (instances or panoptic) by images into files of their own. Everything is copied as it stands,
/// unknown keys included.
/// </summary>
public static class DatasetSplit
{
    /// <summary>Writes <c>NAME.json</c> for each part.</summary>
    /// <param name="annotations">The dataset's JSON.</param>
    /// <param name="parts">The parts; shares are of all images, and what the parts leave over stays out.</param>
    /// <param name="seed">
    /// Decides where each image goes: only by its id and this number, so that the same image goes the same way on every machine.
    /// </param>
    /// <param name="outputFolder">Where the files go; it exists.</param>
    /// <param name="strict">Whether an annotation of an unknown image is an error; else it is skipped, counted and named.</param>
    /// <param name="cancellationToken">Ends the work; older files stay as they were.</param>
    /// <returns>The files with the numbers of their images and annotations, and what was skipped.</returns>
    /// <exception cref="InputException">The file is missing or malformed, or has fewer images than asked for.</exception>
    public static SplitResult Write(
        string annotations,
        IReadOnlyList<SplitPart> parts,
        long seed,
        string outputFolder,
        bool strict = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Select(p => p.Name).Distinct().Count() != parts.Count)
        {
            throw InputException.ForSetting(null, "two parts have the same name");
        }

        Dictionary<long, int?> partOfImage = Assign(annotations, parts, seed, cancellationToken);
        SkipLog skipped = new(annotations, strict);
        string[] paths = [.. parts.Select(part => Path.Combine(outputFolder, part.Name + ".json"))];
        int[] images = new int[parts.Count];
        int[] objects = new int[parts.Count];
        AtomicFile.WriteTogether(paths, streams => Copy(annotations, partOfImage, streams, images, objects, skipped, cancellationToken));
        return new SplitResult(
            [.. paths.Select((path, i) => new SplitFile(path, images[i], objects[i]))],
            partOfImage.Count(pair => pair.Value is null),
            skipped.ToList());
    }

    /// <summary>Copies each element to its part, or to all parts where it belongs to no image, and counts.</summary>
    private static void Copy(
        string path,
        Dictionary<long, int?> partOfImage,
        IReadOnlyList<Stream> streams,
        int[] images,
        int[] objects,
        SkipLog skipped,
        CancellationToken cancellationToken)
    {
        List<JsonListWriter> writers = [.. streams.Select(stream => new JsonListWriter(stream))];
        using JsonListStream input = new(path);
        foreach (JsonListElement element in input.Elements())
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isImage = element.List == "images";
            if (!isImage && element.List != "annotations")
            {
                writers.ForEach(writer => writer.Add(element.List, element.Text.Span));
            }
            else if (Id(element, isImage) is not { } id || !partOfImage.TryGetValue(id, out int? found))
            {
                skipped.AddUnknownImage(element);
            }
            else if (found is { } part)
            {
                writers[part].Add(element.List, element.Text.Span);
                (isImage ? images : objects)[part]++;
            }
        }

        IReadOnlyList<(string Key, byte[] Value)> rest = input.Rest();
        foreach (JsonListWriter writer in writers)
        {
            foreach ((string key, byte[] value) in rest)
            {
                writer.Add(key, value);
            }

            writer.End("images", "annotations", "categories");
        }
    }

    private static long? Id(JsonListElement element, bool isImage) => element.Id(isImage ? "id"u8 : "image_id"u8);

    private static Dictionary<long, int?> Assign(
        string path, IReadOnlyList<SplitPart> parts, long seed, CancellationToken cancellationToken)
    {
        List<long> ids = [];
        using (JsonListStream input = new(path, cancellationToken: cancellationToken))
        {
            foreach (JsonListElement element in input.Elements().Where(e => e.List == "images"))
            {
                if (UniqueKeys.FirstTwice(element.Reader()) is { } twice)
                {
                    throw new InputException(InputErrorKind.Invalid, path, $"images[{ids.Count}]", $"the key {twice} occurs twice.");
                }

                ids.Add(Id(element, isImage: true)
                    ?? throw new InputException(
                        InputErrorKind.Invalid, path, $"images[{ids.Count}]",
                        "the key id is missing or neither an integer nor a text."));
            }

            input.Rest(); // complains about a file that is not an object
        }

        ids = [.. ImageOrder.Shuffle(ids.Distinct(), seed)];
        if (parts.Where(p => p.IsShare).Sum(p => p.Size) > 1 + 1e-9)
        {
            throw InputException.ForSetting(
                null,
                $"the parts' shares sum to more than 1: {string.Join(", ", parts.Select(p => $"{p.Name}={p.Size}"))}");
        }

        int[] sizes = Sizes(parts, ids.Count);
        long asked = sizes.Sum(size => (long)size);
        if (asked > ids.Count)
        {
            throw new InputException(InputErrorKind.Invalid, path, null, $"has {ids.Count} images, but the parts ask for {asked}.");
        }

        Dictionary<long, int?> partOfImage = ids.ToDictionary(id => id, _ => (int?)null);
        int next = 0;
        for (int part = 0; part < parts.Count; part++)
        {
            for (int i = 0; i < sizes[part]; i++)
            {
                partOfImage[ids[next++]] = part;
            }
        }

        return partOfImage;
    }

    /// <summary>The number of images in each part.</summary>
    private static int[] Sizes(IReadOnlyList<SplitPart> parts, int images)
    {
        int[] sizes = new int[parts.Count];
        double share = 0;
        int end = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (!parts[i].IsShare)
            {
                sizes[i] = (int)parts[i].Size;
                continue;
            }

            // The sums of the shares are rounded: shares that are rounded one by one may ask for more images than there are, or for fewer.
            share += parts[i].Size;
            int start = end;
            end = Math.Min(images, (int)Math.Round(share * images));
            sizes[i] = end - start;
        }

        return sizes;
    }
}
