using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Checks one panoptic annotation and its PNG, and says how it is repaired.</summary>
/// <param name="head">The images and classes.</param>
/// <param name="options">The folder of the PNGs, and what becomes of crowds and of what cannot be used.</param>
/// <param name="draft">The annotation, which has a PNG and segments.</param>
/// <param name="image">Its image.</param>
internal sealed class PanopticImageCheck(
    DatasetHead head, DatasetCheckOptions options, PanopticDraft draft, ImageEntry image)
{
    private const int PngColorType = 25; // the byte of a PNG file that says what its samples are

    private const double BoxTolerance = 1;

    private readonly IReadOnlyList<SegmentDraft> _segments = draft.Segments!;

    /// <summary>What is wrong.</summary>
    public FindingLog Log { get; } = new();

    /// <summary>Whether the segments cannot be used as they are, and a repair cannot change that.</summary>
    public bool IsUnusable { get; private set; }

    /// <summary>Segments of known classes.</summary>
    public int Usable { get; private set; }

    /// <summary>How many of them are crowds.</summary>
    public int Crowds { get; private set; }

    /// <summary>What a repair does with each segment.</summary>
    public SegmentChanges[] Changes { get; } = [.. draft.Segments!.Select(_ => new SegmentChanges())];

    /// <summary>Checks.</summary>
    public PanopticImageCheck Run()
    {
        Dictionary<int, int> segmentOfLabel = [];
        HashSet<ClassEntry> stuff = [];
        for (int i = 0; i < _segments.Count; i++)
        {
            SegmentDraft segment = _segments[i];
            if (segment.Id.Value is not { } id)
            {
                Log.Add(ProblemKind.InvalidSegment, $"{image}: segments_info[{i}]: id {segment.Id}");
                Changes[i].IsSkipped = options.DropUnusable;
            }
            else if (!segmentOfLabel.TryAdd((int)id, i))
            {
                Log.Add(ProblemKind.DuplicateSegmentId, $"{Name(i)}");
                Changes[i].IsSkipped = options.DropUnusable;
            }
            else
            {
                CheckFields(i, stuff);
            }
        }

        if (options.PanopticFolder is { } folder && Load(folder) is { } map)
        {
            Compare(segmentOfLabel, map);
        }

        if (image.IsSizeOpen && image.Move is null)
        {
            image.KeepAsStated();
            IsUnusable = true;
        }

        return this;
    }

    private void CheckFields(int index, HashSet<ClassEntry> stuff)
    {
        SegmentDraft segment = _segments[index];
        if (!head.TryGetClass(segment.CategoryId.Value, out ClassEntry? @class))
        {
            Log.Add(ProblemKind.UnknownClass, $"{Name(index)}: category_id {segment.CategoryId}");
            IsUnusable = true;
        }
        else
        {
            Usable++;
            Crowds += segment.IsCrowd.Value == true && !options.ClearCrowd ? 1 : 0;
            @class.IsUsed = true;
            if (@class.IsThing == false && !stuff.Add(@class))
            {
                Log.Add(ProblemKind.RepeatedStuff, $"{Name(index)}: {@class}");
            }
        }

        if (segment.IsCrowd.Value is null)
        {
            bool missing = segment.IsCrowd.Wrong is null;
            Log.Add(missing ? ProblemKind.MissingCrowdFlag : ProblemKind.InvalidCrowdFlag, $"{Name(index)}: {segment.IsCrowd}");
            Changes[index].IsCrowd = false;
        }
        else if (segment.IsCrowd.Value == true && options.ClearCrowd)
        {
            Changes[index].IsCrowd = false;
        }
    }

    private LabelMap? Load(string root)
    {
        string path = DatasetPath.Resolve(root, draft.FileName!);
        if (!File.Exists(path))
        {
            return LeaveOut(ProblemKind.MissingLabelMap, draft.FileName!);
        }

        LabelMap map;
        try
        {
            byte[] data = InputFile.ReadBytes(path);
            map = LabelMap.Decode(data);
            if (data[PngColorType] is not (2 or 6)) // with and without an alpha channel
            {
                Log.Add(ProblemKind.LabelMapNotRgb, $"{image}: {draft.FileName}");
            }
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            string damage = e.Message.Replace("The image in memory: ", "", StringComparison.Ordinal).TrimEnd('.');
            return LeaveOut(ProblemKind.UnreadableLabelMap, $"{draft.FileName}: {damage}");
        }

        ImageSize size = new(map.Width, map.Height);
        if (image.IsSizeOpen && image.Move is null && size == image.FileSize)
        {
            image.TakeFileSize(); // the segments were drawn for the file as it is: only the stated size is wrong
        }

        return image.HasSize && size != image.Size
            ? LeaveOut(ProblemKind.LabelMapSize, $"{draft.FileName} is {size}, its image {image.Size}")
            : map;
    }

    private LabelMap? LeaveOut(ProblemKind kind, string what)
    {
        Log.Add(kind, $"{image}: {what}");
        IsUnusable = true;
        return null;
    }

    private void Compare(Dictionary<int, int> segmentOfLabel, LabelMap map)
    {
        Dictionary<int, LabelPixels> pixels = LabelPixels.Count(map);
        int[] strays = [.. pixels.Keys.Where(label => label != 0 && !segmentOfLabel.ContainsKey(label)).Order()];
        foreach (int label in strays)
        {
            LeaveOut(ProblemKind.LabelWithoutSegment, $"label {label}, {pixels[label].Area} pixels");
        }

        foreach ((int label, int index) in segmentOfLabel)
        {
            if (pixels.TryGetValue(label, out LabelPixels? counted))
            {
                Compare(index, counted);
            }
            else
            {
                Log.Add(ProblemKind.SegmentWithoutPixels, Name(index));
                Changes[index].IsSkipped = strays.Length == 0 || options.DropUnusable; // else its pixels may have another label
            }
        }
    }

    private void Compare(int index, LabelPixels counted)
    {
        SegmentDraft segment = _segments[index];
        if (segment.Area.Value != counted.Area)
        {
            Log.Add(ProblemKind.SegmentArea, $"{Name(index)}: {segment.Area}, its pixels {counted.Area}");
            Changes[index].Area = counted.Area;
        }

        BoxXywh box = BoxXywh.FromBox(counted.Bounds.ToBox());
        bool isStated = segment.Box.Value is not null || segment.Box.Wrong is not null;
        if (isStated && !IsNear(segment.Box.Value, box))
        {
            string stated = segment.Box.Value is { } value ? Text.Of(value) : $"{segment.Box}";
            Log.Add(ProblemKind.SegmentBox, $"{Name(index)}: {stated}, its pixels {Text.Of(box)}");
            Changes[index].Box = box;
        }
    }

    private static bool IsNear(BoxXywh? stated, BoxXywh counted) => stated is { } box
        && Math.Abs(box.X - counted.X) <= BoxTolerance && Math.Abs(box.Y - counted.Y) <= BoxTolerance
        && Math.Abs(box.Width - counted.Width) <= BoxTolerance && Math.Abs(box.Height - counted.Height) <= BoxTolerance;

    private string Name(int index) => $"{image}: segment {_segments[index].Id}";
}
