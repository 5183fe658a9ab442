namespace Panoptes.Server.Results;

/// <summary>A finished answer.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record Answer(string ContentType, byte[] Bytes);
