namespace Panoptes.Server.Requests;

/// <summary>What a request's body holds.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>The images, at least one once it is read.</summary>
    public List<UploadedImage> Images { get; } = [];

    /// <summary>Fields of a form that are no files.</summary>
    public List<(string Name, string Value)> Fields { get; } = [];

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (UploadedImage image in Images) image.Data.Dispose();
        Images.Clear();
    }
}
