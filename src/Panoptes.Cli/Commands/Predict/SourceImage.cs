namespace Panoptes.Cli.Commands.Predict;

/// <summary>An image that is being predicted on, and what its file was before it was read.</summary>
/// <param name="Index">Its place among the images.</param>
/// <param name="Named">The file and its name in results.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Modified">When it was last changed, in ticks of UTC.</param>
internal readonly record struct SourceImage(int Index, NamedImage Named, long Bytes, long Modified)
{
    /// <summary>Looks at the file; one that is missing has neither.</summary>
    public static SourceImage Of(int index, NamedImage named)
    {
        FileInfo file = new(named.Path);
        return file.Exists ? new SourceImage(index, named, file.Length, file.LastWriteTimeUtc.Ticks) : new SourceImage(index, named, 0, 0);
    }
}
