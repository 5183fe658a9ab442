using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Server.Results;

/// <summary>An image and what was found in it, until it is part of the answer.</summary>
/// <param name="Name">The client's name of it.</param>
/// <param name="Image">The image.</param>
/// <param name="Found">What was found.</param>
/// <param name="Decode">The time of decoding.</param>
internal sealed record FoundImage(string Name, Image Image, Segmentation Found, TimeSpan Decode);
