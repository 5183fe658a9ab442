using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Reports;

/// <summary>What a page of <see cref="AnalysisReport"/> says in addition to the analysis.</summary>
public sealed record PageOptions
{
    /// <summary>The title; null (default) says what was compared.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// The folder of the images; null (default) for a page without them. One that is missing there is told on the page.
    /// </summary>
    public string? ImageFolder { get; init; }

    /// <summary>
    /// Whether images may lie outside of <see cref="ImageFolder"/>, where names lead out of it. Default: no, they are not shown.
    /// </summary>
    public bool AllowOutside { get; init; }

    /// <summary>How large the images may be; larger ones are not shown.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>The comparison with other results; null (default) for none.</summary>
    public ResultComparison? Comparison { get; init; }

    /// <summary>What the page calls the other results, usually their file's name.</summary>
    public string? BaselineName { get; init; }

    /// <summary>
    /// Reads an image; null where it cannot be read, is too large, or lies outside of the folder and that is not allowed.
    /// </summary>
    internal Image? TryLoad(string fileName)
    {
        try
        {
            string path = AllowOutside
                ? DatasetPath.Resolve(ImageFolder!, fileName)
                : DatasetPath.ResolveInside(ImageFolder!, fileName, "PageOptions.AllowOutside");
            return Image.Load(path, new DecodeOptions { Limits = Limits });
        }
        catch (InputException)
        {
            return null;
        }
    }
}
