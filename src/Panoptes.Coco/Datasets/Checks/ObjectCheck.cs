using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Checks annotations of an instance dataset one by one, and says how each is repaired.</summary>
/// <param name="head">The images, whose files were looked at, and the classes.</param>
/// <param name="clearCrowd">Whether crowds become objects like others.</param>
internal sealed class ObjectCheck(DatasetHead head, bool clearCrowd)
{
    private const double BoxTolerance = 2; // pixels; COCO's crowds have boxes a pixel too small, other tools round outwards
    private const double Outside = 1; // pixels
    private const double AreaTolerance = 0.1; // thin masks cover other numbers of pixels than their outlines have area

    /// <summary>Checks an annotation.</summary>
    /// <param name="draft">The annotation; null where the element is not an object.</param>
    /// <param name="index">Its place in <c>annotations</c>.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="changes">What a repair changes in it.</param>
    public ObjectVerdict Check(ObjectDraft? draft, int index, FindingLog log, out ObjectChanges changes)
    {
        changes = new ObjectChanges();
        if (draft is null)
        {
            log.Add(ProblemKind.InvalidAnnotation, $"annotations[{index}]");
            return default;
        }

        string who = draft.Id.Value is { } id ? $"annotation {id}" : $"annotations[{index}]";
        if (draft.Id.Value is null)
        {
            log.Add(ProblemKind.InvalidId, $"{who}: {draft.Id}");
        }
        else if (draft.Id.Value == 0)
        {
            log.Add(ProblemKind.ZeroId, $"annotations[{index}]");
        }

        bool hasClass = head.TryGetClass(draft.CategoryId.Value, out ClassEntry? @class);
        if (!hasClass)
        {
            log.Add(ProblemKind.UnknownClass, $"{who}: category_id {draft.CategoryId}");
        }

        if (!head.TryGetImage(draft.ImageId.Value, out ImageEntry? image))
        {
            log.Add(ProblemKind.UnknownImage, $"{who}: image_id {draft.ImageId}");
            return new ObjectVerdict(draft.Id, null, Fate.Unusable, false, 0);
        }

        image = image.JoinedTo ?? image;
        @class?.IsUsed = true;
        bool isCrowd = CheckCrowd(draft, who, log, changes);
        bool isUsable = CheckShape(draft, image, isCrowd, who, log, changes, out CheckedMask? mask);
        if (image.IsUnclear)
        {
            // All problems are named, but what does not fit the stated size may fit the true one.
            changes = new ObjectChanges { IsCrowd = changes.IsCrowd };
        }

        bool isComparable = isUsable && hasClass && !image.IsUnclear; // cut to the stated size, different masks may look the same
        UInt128 fingerprint = isComparable ? Fingerprint(image, @class!, isCrowd, mask, changes.Box ?? draft.Box.Value) : 0;
        Fate fate = isUsable && hasClass ? Fate.Usable : changes.IsNothing ? Fate.Nothing : Fate.Unusable;
        return new ObjectVerdict(draft.Id, image.Index, fate, isCrowd, fingerprint);
    }

    private bool CheckCrowd(ObjectDraft draft, string who, FindingLog log, ObjectChanges changes)
    {
        if (draft.IsCrowd.Value is { } isCrowd)
        {
            changes.IsCrowd = isCrowd && clearCrowd ? false : null;
            return isCrowd && !clearCrowd;
        }

        log.Add(
            draft.IsCrowd.Wrong is null ? ProblemKind.MissingCrowdFlag : ProblemKind.InvalidCrowdFlag,
            draft.IsCrowd.Wrong is null ? who : $"{who}: {draft.IsCrowd}");
        changes.IsCrowd = draft.IsCrowdLike && !clearCrowd;
        return draft.IsCrowdLike && !clearCrowd;
    }

    /// <summary>Checks mask, box and area; false where nothing is left that could be found.</summary>
    private static bool CheckShape(
        ObjectDraft draft, ImageEntry image, bool isCrowd, string who, FindingLog log, ObjectChanges changes, out CheckedMask? mask)
    {
        mask = null;
        if (!draft.Mask.Exists)
        {
            log.Add(ProblemKind.MissingMask, who);
        }
        else if (image.HasSize)
        {
            mask = MaskCheck.Check(draft.Mask, image, isCrowd, who, log, changes);
            changes.Segmentation = mask?.Repaired;
        }

        bool maskIsLost = draft.Mask.Exists && image.HasSize && mask is null;
        bool hasBox = CheckBox(draft.Box, image, draft.Mask.Exists, mask, who, log, changes);
        CheckArea(draft.Area, image, mask, isCrowd, changes.Box ?? draft.Box.Value, who, log, changes);
        return hasBox && !maskIsLost;
    }

    /// <summary>Checks a box; false if there is neither a box nor a mask to take it from.</summary>
    private static bool CheckBox(
        in Files.Json.Loose<BoxXywh> draft,
        ImageEntry image,
        bool hasMask,
        CheckedMask? mask,
        string who,
        FindingLog log,
        ObjectChanges changes)
    {
        BoxXywh? ofMask = mask is null ? null : BoxXywh.FromBox(mask.Extent.Clip(image.Size.Width, image.Size.Height));
        if (draft.Value is not { } stated)
        {
            log.Add(ProblemKind.InvalidBox, $"{who}: {draft}");
            changes.Box = ofMask;
            return ofMask is not null;
        }

        BoxXywh box = stated;
        if (image.Move is { } move)
        {
            changes.Box = box = move.Apply(stated);
        }

        if (!(box.Width > 0 && box.Height > 0))
        {
            log.Add(ProblemKind.EmptyBox, $"{who}: {Text.Of(box)}");
            changes.Box = ofMask;
            changes.IsNothing |= ofMask is null && mask is null && !hasMask;
            return ofMask is not null;
        }

        Box edges = box.ToBox();
        Box clipped = image.HasSize ? edges.Clip(image.Size.Width, image.Size.Height) : edges;
        if (Distance(edges, clipped) > Outside)
        {
            log.Add(ProblemKind.BoxOutside, $"{who}: {Text.Of(box)} in {image.Size}");
            changes.Box = ofMask ?? (clipped.IsEmpty ? null : BoxXywh.FromBox(clipped));
            changes.IsNothing |= ofMask is null && clipped.IsEmpty && !hasMask;
            return ofMask is not null || !clipped.IsEmpty;
        }

        // The outermost corner of a polygon may lie a pixel and more off the outermost pixel that is drawn; either will do.
        if (mask is not null && Distance(edges, mask.Extent) > BoxTolerance && Distance(edges, mask.Drawn.Bounds) > BoxTolerance)
        {
            log.Add(ProblemKind.BoxOffMask, $"{who}: {Text.Of(box)}, its mask {Text.Of(mask.Extent)}");
            changes.Box = ofMask;
        }

        return true;
    }

    private static void CheckArea(
        in Files.Json.Loose<double> draft,
        ImageEntry image,
        CheckedMask? mask,
        bool isCrowd,
        BoxXywh? box,
        string who,
        FindingLog log,
        ObjectChanges changes)
    {
        double? counted = mask?.Drawn.Area ?? box?.Area;
        if (draft.Value is not > 0)
        {
            log.Add(ProblemKind.InvalidArea, $"{who}: {draft}");
            changes.Area = counted;
            return;
        }

        double area = draft.Value.Value;
        if (image.Move is { } move)
        {
            changes.Area = area *= move.AreaScale;
        }

        if (mask is not null && !IsNear(area, mask.Drawn.Area) && !IsNear(area, mask.OutlineArea))
        {
            log.Add(
                isCrowd ? ProblemKind.CrowdArea : ProblemKind.WrongArea,
                $"{who}: {Text.Of(area)}, its mask has {mask.Drawn.Area} pixels");
            changes.Area = counted;
        }
    }

    private static bool IsNear(double area, double expected) =>
        Math.Abs(area - expected) <= Math.Max(BoxTolerance, AreaTolerance * expected);

    /// <summary>The largest distance between two edges of the same side.</summary>
    private static double Distance(Box a, Box b) => Math.Max(
        Math.Max(Math.Abs(a.X1 - b.X1), Math.Abs(a.Y1 - b.Y1)),
        Math.Max(Math.Abs(a.X2 - b.X2), Math.Abs(a.Y2 - b.Y2)));

    private static UInt128 Fingerprint(ImageEntry image, ClassEntry @class, bool isCrowd, CheckedMask? mask, BoxXywh? box)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        BoxXywh compared = mask is null ? box.GetValueOrDefault() : default;
        hash.AppendData(MemoryMarshal.AsBytes((ReadOnlySpan<long>)[image.Index, @class.Id!.Value, isCrowd ? 1 : 0]));
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<BoxXywh>(in compared)));
        hash.AppendData(MemoryMarshal.AsBytes(mask is null ? [] : mask.Drawn.Counts));
        return BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
    }
}
