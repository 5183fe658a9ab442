using System.IO.Compression;
using System.Runtime.ExceptionServices;
using NetVips;
using VipsImage = NetVips.Image;

namespace Panoptes.Imaging.Codecs;

/// <summary>Writes Deep Zoom pyramids through libvips, from strips that are made when it asks for them.</summary>
internal static class VipsPyramid
{
    /// <summary>Writes <c>NAME.dzi</c> and <c>NAME_files</c>.</summary>
    /// <param name="path">The name.</param>
    /// <param name="size">The image's size.</param>
    /// <param name="stripRows">Rows of a strip; the last has those that remain.</param>
    /// <param name="tileSize">Columns and rows of a JPEG.</param>
    /// <param name="strip">Makes a strip of its first row and its rows, from the top down.</param>
    /// <param name="cancellationToken">Stops between strips.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(
        string path, ImageSize size, int stripRows, int tileSize, Func<int, int, Image> strip, CancellationToken cancellationToken)
    {
        VipsLibrary.Require();
        using Strips strips = new(size, stripRows, strip, cancellationToken);
        using SourceCustom source = new();
        source.OnRead += strips.Read;
        try
        {
            using VipsImage image = VipsImage.PngloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
            image.Dzsave(path, layout: Enums.ForeignDzLayout.Dz, suffix: ".jpg", overlap: 0, tileSize: tileSize, q: 85);
        }
        catch (VipsException e)
        {
            strips.Error?.Throw();
            throw new IOException($"{path}: the pyramid cannot be written ({e.Message.ReplaceLineEndings("; ").TrimEnd(';', ' ')}).", e);
        }

        strips.Error?.Throw();
    }

    /// <summary>A PNG without compression, made as it is read: of the formats that libvips reads as they come, the plainest.</summary>
    private sealed class Strips : IDisposable
    {
        private const int RowsAtOnce = 16;

        private readonly ImageSize _size;
        private readonly int _stripRows;
        private readonly Func<int, int, Image> _strip;
        private readonly CancellationToken _cancellationToken;
        private readonly MemoryStream _made = new();
        private readonly PngDataStream _data;
        private readonly ZLibStream _zlib;
        private int _position; // of what was made, the part that is read
        private Image? _current;
        private int _top; // the first row of the current strip
        private int _next; // the row that comes next
        private bool _isComplete;

        public Strips(ImageSize size, int stripRows, Func<int, int, Image> strip, CancellationToken cancellationToken)
        {
            (_size, _stripRows, _strip, _cancellationToken) = (size, stripRows, strip, cancellationToken);
            PngWriter.Begin(_made, size.Width, size.Height, 8, PngHeader.Rgb);
            _data = new PngDataStream(_made);
            _zlib = new ZLibStream(_data, CompressionLevel.NoCompression, leaveOpen: true);
        }

        /// <summary>What went wrong in a strip: exceptions do not pass through native code.</summary>
        public ExceptionDispatchInfo? Error { get; private set; }

        public int Read(byte[] buffer, int length)
        {
            try
            {
                while (_position == _made.Length && !_isComplete) Next();
                int count = (int)Math.Min(length, _made.Length - _position);
                _made.GetBuffer().AsSpan(_position, count).CopyTo(buffer);
                _position += count;
                return count;
            }
#pragma warning disable CA1031 // it is thrown again outside
            catch (Exception e)
#pragma warning restore CA1031
            {
                Error ??= ExceptionDispatchInfo.Capture(e);
                return 0;
            }
        }

        public void Dispose()
        {
            _zlib.Dispose();
            _data.Dispose();
            _made.Dispose();
        }

        private void Next()
        {
            _cancellationToken.ThrowIfCancellationRequested();
            _made.SetLength(0);
            _position = 0;
            if (_next < _size.Height)
            {
                // A few rows at a time: a strip may be large, and its PNG is as large again.
                if (_next >= _top + (_current?.Height ?? 0)) Draw();
                for (int end = Math.Min(_next + RowsAtOnce, _top + _current!.Height); _next < end; _next++)
                {
                    _zlib.WriteByte(PngFilters.None);
                    _zlib.Write(_current.Row(_next - _top));
                }

                return;
            }

            _zlib.Dispose();
            _data.Dispose();
            PngWriter.WriteChunk(_made, "IEND"u8, []);
            _isComplete = true;
        }

        private void Draw() => (_top, _current) = (_next, _strip(_next, Math.Min(_stripRows, _size.Height - _next)));
    }
}
