using Panoptes.Imaging;

namespace Panoptes.Training.Export.Quantization;

/// <summary>The images that ranges are taken from, and those that networks are compared on: others, where there are enough.</summary>
internal sealed class CalibrationImages
{
    private readonly DecodeOptions _decoding;

    private CalibrationImages(IReadOnlyList<string> calibration, IReadOnlyList<string> comparison, InputLimits limits) =>
        (Calibration, Comparison, _decoding) = (calibration, comparison, new DecodeOptions { Limits = limits });

    /// <summary>The files that ranges are taken from.</summary>
    public IReadOnlyList<string> Calibration { get; }

    /// <summary>The files that networks are compared on.</summary>
    public IReadOnlyList<string> Comparison { get; }

    /// <summary>Chooses both evenly among all files, which may be sorted by what they show.</summary>
    public static CalibrationImages Choose(Int8Options options)
    {
        string[] calibration = Spread(options.Images, options.CalibrationImages);
        string[] others = [.. options.Images.Except(calibration)];
        string[] comparison = Spread(others.Length > 0 ? others : options.Images, options.ComparedImages);
        return new CalibrationImages(calibration, comparison, options.Limits);
    }

    /// <summary>Reads an image.</summary>
    public Image Read(string path, CancellationToken cancellationToken) =>
        Image.Load(path, _decoding with { CancellationToken = cancellationToken });

    /// <summary>At most so many, at even distances.</summary>
    public static T[] Spread<T>(IReadOnlyList<T> all, int most)
    {
        int count = Math.Min(all.Count, most);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }
}
