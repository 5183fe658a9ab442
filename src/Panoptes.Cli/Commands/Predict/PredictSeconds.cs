namespace Panoptes.Cli.Commands.Predict;

/// <summary>
/// Seconds of a prediction by stage; reading and writing overlap the network, so the stages may add up to more than the total.
/// </summary>
/// <param name="Load">Reading and decoding images.</param>
/// <param name="Preprocess">Resizing and normalizing.</param>
/// <param name="Network">The network.</param>
/// <param name="Post">From raw outputs to masks.</param>
/// <param name="Total">From the first image to the last file.</param>
internal readonly record struct PredictSeconds(double Load, double Preprocess, double Network, double Post, double Total);
