namespace Panoptes.Coco.Formats;

/// <summary>What to convert, from what into what.</summary>
public sealed record ConversionOptions
{
    /// <summary>The format of <see cref="Input"/>.</summary>
    public required DatasetFormat From { get; init; }

    /// <summary>The format of <see cref="Output"/>; another one than <see cref="From"/>.</summary>
    public required DatasetFormat To { get; init; }

    /// <summary>
    /// The dataset: a JSON (COCO, panoptic, detection), data.yaml or its folder (YOLO), the folder of the JSONs (LabelMe), of the PNGs
    /// (two-channel, masks), or the one above them (VOC, Penn-Fudan).
    /// </summary>
    public required string Input { get; init; }

    /// <summary>A JSON for COCO's formats, whose folder of PNGs has its name; a folder for the others. What is missing is made.</summary>
    public required string Output { get; init; }

    /// <summary>The folder of the images; null where the format tells, or nothing of the images is needed.</summary>
    public string? Images { get; init; }

    /// <summary>The folder of a panoptic JSON's PNGs; null for the folder next to it that has its name.</summary>
    public string? PngFolder { get; init; }

    /// <summary>
    /// The classes in their order: names with commas between, a text file with a name on each line, or a JSON with <c>categories</c> or
    /// that is a list of them. Null takes them from the dataset. Two-channel PNGs need it, and the detection format where it does not tell
    /// things from stuff.
    /// </summary>
    public string? Classes { get; init; }

    /// <summary>
    /// A COCO JSON of any kind that lends ids of images (by file name) and classes (by name), and what else it says about images, to a
    /// dataset that holds none; null numbers them. Classes that it does not have get ids above its own.
    /// </summary>
    public string? Like { get; init; }

    /// <summary>
    /// The part to read of a dataset that has several (YOLO, VOC), null for all; and the part to write, null for <c>train</c>.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>
    /// What the name of a mask has behind its image's; null for <c>_mask</c> where all masks to be read have it and else nothing, and for
    /// <c>_mask</c> where masks are written.
    /// </summary>
    public string? MaskSuffix { get; init; }

    /// <summary>
    /// Images are copied to where a format wants them. Default: false, symbolic links are made, since images are large and never
    /// changed. Either needs <see cref="Images"/> where the dataset does not tell where they lie.
    /// </summary>
    public bool CopyImages { get; init; }

    /// <summary>Stuff becomes objects too where a panoptic dataset becomes one of objects. Default: false.</summary>
    public bool KeepStuff { get; init; }

    /// <summary>
    /// Crowd regions become ordinary objects where a format has no flag for them (YOLO, masks). Default: false, they are skipped, for a
    /// network would learn them as one object; Ultralytics' own converter leaves them out too.
    /// </summary>
    public bool KeepCrowds { get; init; }

    /// <summary>
    /// What the input holds and cannot be read ends the conversion, for instance a malformed object, labels without an image or an unknown
    /// key. Default: false, it is skipped, counted and named in <see cref="ConversionResult.Losses"/>.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>
    /// The encoding of the input's texts (LabelMe, VOC, YOLO and others) where they are neither UTF-8 nor UTF-16 and do not declare it, by
    /// its name, such as <c>gb2312</c> or <c>windows-1252</c>. Default: null, such a file is an error.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>How large images may be that a COCO or LabelMe JSON declares.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;
}
