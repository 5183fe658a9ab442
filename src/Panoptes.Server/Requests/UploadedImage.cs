namespace Panoptes.Server.Requests;

/// <summary>An image as the client sent it.</summary>
/// <param name="Name">The client's name of it, for messages and results.</param>
/// <param name="Data">The file.</param>
internal sealed record UploadedImage(string Name, BodyBuffer Data);
