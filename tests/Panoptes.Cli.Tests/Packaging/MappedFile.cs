using System.IO.MemoryMappedFiles;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>A file's bytes without reading all of it: libtorch has half a gigabyte.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    public MappedFile(string path)
    {
        _length = checked((int)new FileInfo(path).Length);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Bytes => new(_start, _length);

    /// <inheritdoc />
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
