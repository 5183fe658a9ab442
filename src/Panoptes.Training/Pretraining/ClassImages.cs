using System.IO.Compression;
using Panoptes.Imaging;

namespace Panoptes.Training.Pretraining;

/// <summary>
/// Images in a folder for each class, as ImageNet lies on the disk: in a folder or in a zip. The class of an image is the first folder
/// below the root that its path names, or the second where all images lie in one folder (<c>train/cat/1.jpg</c>). Safe for several threads.
/// </summary>
internal sealed class ClassImages : IDisposable
{
    private readonly Func<string, byte[]> _read;
    private readonly ZipArchive? _zip;
    private readonly Lock _reading = new();

    private ClassImages(string path, IEnumerable<string> names, IReadOnlyList<string>? classes, Func<string, byte[]>? read, ZipArchive? zip)
    {
        Path = path;
        _zip = zip;
        _read = read ?? ReadEntry;
        string[][] parts = [.. names.Order(StringComparer.Ordinal).Select(name => name.Split('/'))];
        int level = 0;
        while (parts.Length > 0 && parts.All(p => p.Length > level + 2) && parts.All(p => p[level] == parts[0][level])) level++;
        string[] loose = [.. parts.Where(p => p.Length < level + 2).Select(p => string.Join('/', p))];
        if (parts.Length == 0 || loose.Length > 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                parts.Length == 0
                    ? $"holds no image ({ImageFiles.ExtensionList}); a folder for each class is needed, such as cat/1.jpg and dog/1.jpg"
                    : $"{loose.Length} images lie in no folder of a class, the first is {loose[0]}");
        }

        Classes = classes ?? [.. parts.Select(p => p[level]).Distinct()];
        Dictionary<string, int> numbers = Classes.Index().ToDictionary(c => c.Item, c => c.Index);
        string[] unknown = [.. parts.Select(p => p[level]).Distinct().Where(name => !numbers.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"has {unknown.Length} classes that are not learned, the first is '{unknown[0]}'; learned are {Classes.Count}: "
                + $"{Classes[0]}, ...");
        }

        if (Classes.Count < 2)
        {
            throw new InputException(InputErrorKind.Invalid, path, null, $"has one class, '{Classes[0]}'; there are no classes to distinguish");
        }

        Images = [.. parts.Select(p => (string.Join('/', p), numbers[p[level]]))];
    }

    /// <summary>The folder or zip.</summary>
    public string Path { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The images' names below the root, and their classes' numbers.</summary>
    public IReadOnlyList<(string Name, int Class)> Images { get; }

    /// <summary>Lists the images of a folder or a zip.</summary>
    /// <param name="path">The folder, or the zip.</param>
    /// <param name="classes">The classes to find; null takes those that are there, in the order of their names.</param>
    /// <exception cref="InputException">It is missing or damaged, holds no images, or other classes.</exception>
    public static ClassImages Open(string path, IReadOnlyList<string>? classes = null)
    {
        if (Directory.Exists(path))
        {
            string root = System.IO.Path.GetFullPath(path);
            IEnumerable<string> files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(file => System.IO.Path.GetRelativePath(root, file).Replace('\\', '/'));
            return new ClassImages(
                path, files.Where(IsImage), classes, name => File.ReadAllBytes(System.IO.Path.Combine(root, name)), null);
        }

        FileStream stream = InputFile.Open(path);
        try
        {
            ZipArchive zip = new(stream, ZipArchiveMode.Read);
            return new ClassImages(path, zip.Entries.Select(entry => entry.FullName.Replace('\\', '/')).Where(IsImage), classes, null, zip);
        }
        catch (InvalidDataException error)
        {
            stream.Dispose();
            throw new InputException(
                InputErrorKind.Damaged, path, null, $"is neither a folder nor a valid zip ({error.Message.TrimEnd('.')})", error);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Decodes an image.</summary>
    /// <exception cref="InputException">It is damaged or too large; the message names it.</exception>
    public Image Load(int index, InputLimits limits)
    {
        string name = Images[index].Name;
        try
        {
            return Image.Decode(_read(name), new DecodeOptions { Limits = limits });
        }
        catch (InputException error)
        {
            throw new InputException(error.Kind, $"{Path}/{name}", null, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException(
                InputErrorKind.Unreadable, $"{Path}/{name}", null, $"cannot be read ({error.Message.TrimEnd('.')})", error);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _zip?.Dispose();

    private static bool IsImage(string name) =>
        ImageFiles.Extensions.Contains(System.IO.Path.GetExtension(name).ToLowerInvariant())
        && !System.IO.Path.GetFileName(name).StartsWith('.') && !name.StartsWith("__MACOSX/", StringComparison.Ordinal);

    // A zip is read by one thread at a time; decoding, which takes longer, by many.
    private byte[] ReadEntry(string name)
    {
        lock (_reading)
        {
            ZipArchiveEntry entry = _zip!.GetEntry(name) ?? _zip.Entries.First(e => e.FullName.Replace('\\', '/') == name);
            using Stream stream = entry.Open();
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
