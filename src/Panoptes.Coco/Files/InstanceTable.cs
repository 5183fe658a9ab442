using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Files;

/// <summary>
/// A dataset's images, classes and objects, checked: every object belongs to a known image and class, and ids occur once. Objects
/// are rows without an object for each, and their masks stay as they came: what scoring needs.
/// </summary>
internal sealed class InstanceTable
{
    private InstanceTable(CocoIndex index, InstanceRow[] rows, IReadOnlyList<DatasetWarning> warnings) =>
        (Index, Rows, Warnings) = (index, rows, warnings);

    /// <summary>The images and classes.</summary>
    public CocoIndex Index { get; }

    /// <summary>The objects.</summary>
    public InstanceRow[] Rows { get; }

    /// <summary>What was odd and has been repaired.</summary>
    public IReadOnlyList<DatasetWarning> Warnings { get; }

    /// <summary>Reads an instance JSON with all cores. Run lengths are not looked into unless a box or an area is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Whether masks are read.</param>
    /// <param name="skipInvalid">Whether malformed elements become warnings.</param>
    /// <param name="limits">How large images may be; null for the defaults.</param>
    /// <param name="complete">Fills in what the file does not say of its images, before masks are checked; null where nothing is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static InstanceTable Load(
        string path,
        bool masks,
        bool skipInvalid = false,
        InputLimits? limits = null,
        Func<IReadOnlyList<CocoImage>, IReadOnlyList<CocoImage>>? complete = null,
        CancellationToken cancellationToken = default)
    {
        List<InstanceBlock> blocks = InstanceReader.Read(path, masks, skipInvalid, limits, cancellationToken);
        try
        {
            List<DatasetWarning> warnings = [.. blocks.SelectMany(b => b.Warnings)];
            IEnumerable<CocoImage> images = blocks.SelectMany(b => b.Images);
            IEnumerable<CocoCategory> classes = ExportOddities.WithoutGroupClass(blocks, warnings);
            if (skipInvalid)
            {
                images = Unique(images, i => i.Id, "image", warnings);
                classes = Unique(classes, c => c.Id, "category", warnings);
            }

            CocoIndex index = new(complete is null ? images : complete([.. images]), classes);
            Builder builder = new(index, warnings, masks, skipInvalid);
            foreach (InstanceBlock block in blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                builder.Add(block.Annotations);
            }

            InstanceTable table = builder.Build();
            if (!masks)
            {
                table.CorrectBoxAreas(path, warnings, limits, complete, cancellationToken);
            }

            return table;
        }
        catch (InputException e) when (e.File is null)
        {
            throw e.InFile(path);
        }
    }

    /// <summary>
    /// Takes the areas from the masks where only boxes were read and nearly all state their own area: small, medium and large are told by
    /// it, for boxes too.
    /// </summary>
    private void CorrectBoxAreas(
        string path,
        List<DatasetWarning> warnings,
        InputLimits? limits,
        Func<IReadOnlyList<CocoImage>, IReadOnlyList<CocoImage>>? complete,
        CancellationToken cancellationToken)
    {
        if (!ExportOddities.StateBoxAreas(Rows))
        {
            return;
        }

        InstanceTable drawn = Load(path, masks: true, skipInvalid: true, limits, complete, cancellationToken);
        if (drawn.Warnings.FirstOrDefault(warning => warning.Kind == DatasetWarningKind.BoxAreas) is not { } found)
        {
            return;
        }

        Dictionary<long, double> areas = [];
        foreach (InstanceRow row in drawn.Rows)
        {
            areas[row.Id] = row.Area;
        }

        for (int i = 0; i < Rows.Length; i++)
        {
            Rows[i] = Rows[i] with { Area = areas.GetValueOrDefault(Rows[i].Id, Rows[i].Area) };
        }

        warnings.Add(found);
    }

    /// <summary>The elements without those whose id an earlier one has; each of these is a warning.</summary>
    private static List<T> Unique<T>(IEnumerable<T> elements, Func<T, long> idOf, string kind, List<DatasetWarning> warnings)
    {
        Dictionary<long, T> first = [];
        List<T> kept = [];
        foreach (T element in elements)
        {
            long id = idOf(element);
            if (first.TryAdd(id, element))
            {
                kept.Add(element);
                continue;
            }

            string names = (first[id], element) switch
            {
                (CocoImage a, CocoImage b) => $" ('{a.FileName}' and '{b.FileName}')",
                (CocoCategory a, CocoCategory b) => $" ('{a.Name}' and '{b.Name}')",
                _ => "",
            };
            warnings.Add(new DatasetWarning(
                DatasetWarningKind.Invalid, id, $"{kind} {id}: the id occurs twice{names}; the first was kept."));
        }

        return kept;
    }

    /// <summary>Reads an instance JSON with its masks, or, where no object has one (a dataset of boxes), without.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large images may be.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static InstanceTable LoadWithMasksIfAny(string path, InputLimits limits, CancellationToken cancellationToken)
    {
        InstanceTable table = Load(path, masks: true, limits: limits, cancellationToken: cancellationToken);
        return table.Rows.Length == 0 && table.Warnings.Count > 0
            ? Load(path, masks: false, limits: limits, cancellationToken: cancellationToken)
            : table;
    }

    /// <summary>Makes a table of what is in memory.</summary>
    /// <exception cref="InputException">An id occurs twice, an object has no such image or class, or a mask of another size.</exception>
    public static InstanceTable Create(
        IEnumerable<CocoImage> images, IEnumerable<CocoCategory> categories, IEnumerable<CocoAnnotation> annotations)
    {
        Builder builder = new(new CocoIndex(images, categories), [], masks: false, skipInvalid: false);
        RowList<InstanceDraft> drafts = new();
        foreach (CocoAnnotation annotation in annotations)
        {
            drafts.Add(InstanceDraft.Of(annotation));
        }

        builder.Add(drafts);
        return builder.Build();
    }

    /// <summary>The objects of a dataset as rows.</summary>
    public static InstanceTable Of(InstanceDataset dataset)
    {
        InstanceRow[] rows = new InstanceRow[dataset.Annotations.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            CocoAnnotation annotation = dataset.Annotations[i];
            rows[i] = new InstanceRow(
                annotation.Id,
                dataset.IndexOfImage(annotation.ImageId),
                dataset.IndexOfCategory(annotation.CategoryId),
                annotation.Bbox,
                annotation.Area,
                annotation.IsCrowd,
                StoredMask.Of(annotation.Segmentation));
        }

        return new InstanceTable(dataset.Index, rows, dataset.Warnings);
    }

    /// <summary>Checks drafts and completes them to rows.</summary>
    private sealed class Builder(CocoIndex index, List<DatasetWarning> warnings, bool masks, bool skipInvalid)
    {
        private readonly HashSet<long> _ids = [];
        private readonly RowList<InstanceRow> _rows = new();

        public InstanceTable Build()
        {
            InstanceRow[] rows = _rows.ToArray();
            if (masks)
            {
                ExportOddities.CorrectBoxAreas(rows, warnings);
            }

            return new InstanceTable(index, rows, warnings);
        }

        public void Add(RowList<InstanceDraft> drafts)
        {
            _ids.EnsureCapacity(_ids.Count + drafts.Count);
            for (int i = 0; i < drafts.Count; i++)
            {
                ref readonly InstanceDraft draft = ref drafts[i];
                try
                {
                    Add(draft);
                }
                catch (InputException e) when (skipInvalid)
                {
                    warnings.Add(new DatasetWarning(DatasetWarningKind.Invalid, draft.Id, e.Message));
                }
            }
        }

        private void Add(in InstanceDraft draft)
        {
            if (!_ids.Add(draft.Id))
            {
                throw InputException.InContent($"annotation {draft.Id}", "the id occurs twice; every annotation needs its own.");
            }

            int image = index.IndexOfImage(draft.ImageId);
            if (image < 0)
            {
                throw InputException.InContent($"annotation {draft.Id}", $"image_id is {draft.ImageId}, but images has no such id.");
            }

            int category = index.IndexOfCategory(draft.CategoryId);
            if (category < 0)
            {
                throw InputException.InContent(
                    $"annotation {draft.Id}",
                    $"category_id is {draft.CategoryId}, but categories has {index.DescribeCategories()}.");
            }

            if (masks && !draft.Mask.Exists)
            {
                Warn(DatasetWarningKind.ObjectWithoutMask, draft.Id, "has no valid segmentation and was dropped");
                return;
            }

            InstanceDraft upright = TurnMask(draft, index.Images[image]);
            if (skipInvalid && upright.Mask.IsRle)
            {
                _ = Decode(upright, index.Images[image]); // else complained about only once the mask is used
            }

            _rows.Add(Complete(upright, image, category));
        }

        /// <summary>Takes run lengths that state columns before rows, a slip of several exporters, for the image's.</summary>
        private InstanceDraft TurnMask(in InstanceDraft draft, CocoImage image)
        {
            if (!draft.Mask.IsRle || draft.Mask.Height != image.Width || draft.Mask.Width != image.Height || image.Width == image.Height)
            {
                return draft;
            }

            Warn(DatasetWarningKind.ExchangedSize, draft.Id, "states the size of its run lengths as columns and rows; it was exchanged");
            try
            {
                return draft with { Mask = draft.Mask.Exchanged(draft.Bbox) };
            }
            catch (InputException e)
            {
                throw InputException.InContent($"annotation {draft.Id}", $"segmentation: {e.Message}", inner: e);
            }
        }

        /// <summary>Checks a box and a mask, and fills in what is missing.</summary>
        private InstanceRow Complete(in InstanceDraft draft, int imageIndex, int category)
        {
            long id = draft.Id;
            CocoImage image = index.Images[imageIndex];
            if (draft.Mask.Exists && (image.Height == 0 || image.Width == 0))
            {
                string key = image.Height == 0 ? "height" : "width";
                throw InputException.InContent($"image {image.Id}", $"the key {key} is missing, but the mask of annotation {id} needs it.");
            }

            if (draft.Mask.IsRle && (draft.Mask.Height != image.Height || draft.Mask.Width != image.Width))
            {
                throw InputException.InContent(
                    $"annotation {id}",
                    $"segmentation.size is [{draft.Mask.Height}, {draft.Mask.Width}], but its image {image.Id} is " +
                    $"[{image.Height}, {image.Width}] (rows, columns).");
            }

            if (draft.Bbox is { IsFinite: false })
            {
                throw InputException.InContent($"annotation {id}", $"bbox is {draft.Bbox}; it must hold finite numbers.");
            }

            BoxXywh? box = draft.Bbox;
            double? area = draft.Area;
            if (box is null || area is null)
            {
                Rle? mask = draft.Mask.Exists ? Decode(draft, image) : null;
                if (box is null)
                {
                    box = mask is null ? default(BoxXywh) : BoxXywh.FromBox(mask.Bounds);
                    Warn(DatasetWarningKind.MissingBox, id, "has no bbox; it was taken from the mask");
                }

                if (area is null)
                {
                    area = mask?.Area ?? box.Value.Area;
                    string source = mask is null ? "box's" : "mask's";
                    Warn(DatasetWarningKind.MissingArea, id, $"has no area; the {source} was taken, {area} pixels");
                }
            }

            return new InstanceRow(id, imageIndex, category, box.Value, area.Value, draft.IsCrowd, draft.Mask);
        }

        private static Rle Decode(in InstanceDraft draft, CocoImage image)
        {
            try
            {
                return draft.Mask.ToSegmentation()!.ToRle(image.Height, image.Width);
            }
            catch (InputException e)
            {
                throw InputException.InContent($"annotation {draft.Id}", $"segmentation: {e.Message}", inner: e);
            }
        }

        private void Warn(DatasetWarningKind kind, long id, string what) =>
            warnings.Add(new DatasetWarning(kind, id, $"annotation {id}: {what}."));
    }
}
