using System.Text;
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
        Strips strips = new(size, stripRows, strip, cancellationToken);
        using SourceCustom source = new();
        source.OnRead += strips.Read;
        try
        {
            // A PPM is a line of text and the pixels, which libvips reads as they come.
            using VipsImage image = VipsImage.PpmloadSource(source, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
            image.Dzsave(path, layout: Enums.ForeignDzLayout.Dz, suffix: ".jpg", overlap: 0, tileSize: tileSize, q: 85);
        }
        catch (VipsException e)
        {
            strips.Error?.Throw();
            throw new IOException($"{path}: the pyramid cannot be written ({e.Message.ReplaceLineEndings("; ").TrimEnd(';', ' ')}).", e);
        }

        strips.Error?.Throw();
    }

    private sealed class Strips(ImageSize size, int stripRows, Func<int, int, Image> strip, CancellationToken cancellationToken)
    {
        private byte[] _current = Encoding.ASCII.GetBytes($"P6\n{size.Width} {size.Height}\n255\n");
        private int _position;
        private int _next;

        /// <summary>What went wrong in a strip: exceptions do not pass through native code.</summary>
        public System.Runtime.ExceptionServices.ExceptionDispatchInfo? Error { get; private set; }

        public int Read(byte[] buffer, int length)
        {
            try
            {
                if (_position == _current.Length) Next();
                int count = Math.Min(length, _current.Length - _position);
                _current.AsSpan(_position, count).CopyTo(buffer);
                _position += count;
                return count;
            }
#pragma warning disable CA1031 // it is thrown again outside
            catch (Exception e)
#pragma warning restore CA1031
            {
                Error ??= System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
                return 0;
            }
        }

        private void Next()
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = Math.Min(stripRows, size.Height - _next);
            (_current, _position) = (rows <= 0 ? [] : strip(_next, rows).Pixels.ToArray(), 0);
            _next += rows;
        }
    }
}
