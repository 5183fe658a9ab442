namespace Panoptes.Inference;

/// <summary>
/// The time one image took, by stage. A batch is prepared and run as one: each of its images carries an equal share, so that
/// the timings of all images add up to the time that passed.
/// </summary>
/// <param name="Preprocess">Resizing, normalizing, padding.</param>
/// <param name="Network">The network itself.</param>
/// <param name="Postprocess">From raw outputs to instances.</param>
public readonly record struct SegmentationTimings(TimeSpan Preprocess, TimeSpan Network, TimeSpan Postprocess)
{
    /// <summary>All stages together.</summary>
    public TimeSpan Total => Preprocess + Network + Postprocess;
}
