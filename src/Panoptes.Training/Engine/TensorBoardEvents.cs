using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace Panoptes.Training.Engine;

/// <summary>
/// An events file that TensorBoard reads. Each record is <c>length (uint64), crc(length), data, crc(data)</c>, little-endian, with masked
/// CRC-32C (tensorflow/core/lib/io/record_writer.h); the data is an <c>Event</c> message (tensorflow/core/util/event.proto) with a
/// <c>Summary</c> (tensorflow/core/framework/summary.proto).
/// </summary>
internal sealed class TensorBoardEvents : IMetricSink
{
    /// <summary>What the names of events files begin with.</summary>
    public const string FilePrefix = "events.out.tfevents.";

    private readonly FileStream _stream;
    private readonly TimeProvider _time;

    /// <summary>Begins a new events file.</summary>
    /// <param name="folder">The folder, which exists; TensorBoard reads all events files in it as one run.</param>
    /// <param name="resumedIteration">
    /// The iteration that training goes on from: what earlier files hold beyond it is withdrawn. 0 for a new run.
    /// </param>
    /// <param name="time">The clock of the events; null is the system's.</param>
    public TensorBoardEvents(string folder, int resumedIteration = 0, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        string seconds = _time.GetUtcNow().ToUnixTimeSeconds().ToString("D10", CultureInfo.InvariantCulture);
        string name = $"{FilePrefix}{seconds}.{Environment.MachineName}.{Environment.ProcessId}";
        Path = System.IO.Path.Combine(folder, name);
        for (int i = 1; File.Exists(Path); i++) Path = System.IO.Path.Combine(folder, $"{name}.{i}");
        _stream = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        WriteEvent(0, message => message.Add(Field.FileVersion, "brain.Event:2"));
        if (resumedIteration > 0)
        {
            ProtoMessage start = new ProtoMessage().Add(Field.SessionStatus, SessionStart);
            WriteEvent(resumedIteration + 1, message => message.Add(Field.SessionLog, start));
        }
        _stream.Flush();
    }

    /// <summary>SessionLog.SessionStatus.START: readers drop events of this step and later from earlier files.</summary>
    private const int SessionStart = 1;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Write(TrainingMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ProtoMessage summary = new();
        foreach ((string name, double value) in metrics.Flatten())
        {
            summary.Add(Field.Value, new ProtoMessage().Add(Field.Tag, TagOf(name)).Add(Field.SimpleValue, (float)value));
        }
        WriteEvent(metrics.Iteration, message => message.Add(Field.Summary, summary));
        _stream.Flush();
    }

    /// <summary>Writes an image.</summary>
    /// <param name="tag">Its name; slashes make groups.</param>
    /// <param name="iteration">The step it belongs to.</param>
    /// <param name="encoded">The image as PNG or JPEG, RGB.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    public void WriteImage(string tag, int iteration, ReadOnlySpan<byte> encoded, int width, int height)
    {
        const int rgb = 3;
        ProtoMessage image = new ProtoMessage().Add(Field.ImageHeight, height).Add(Field.ImageWidth, width);
        image.Add(Field.ImageColorspace, rgb).Add(Field.ImageEncoded, encoded);
        ProtoMessage value = new ProtoMessage().Add(Field.Tag, tag).Add(Field.Image, image);
        ProtoMessage summary = new ProtoMessage().Add(Field.Value, value);
        WriteEvent(iteration, message => message.Add(Field.Summary, summary));
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>The format's checksum: CRC-32C, rotated, plus a constant.</summary>
    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = Crc32C(data);
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8u;
    }

    /// <summary>CRC-32C (Castagnoli), RFC 3720 appendix B.4.</summary>
    private static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (byte b in data) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>TensorBoard groups tags by what stands before the slash: loss_mask becomes loss/mask.</summary>
    private static string TagOf(string name)
    {
        foreach (string prefix in new[] { MetricNames.LossPrefix, MetricNames.EvaluationPrefix })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)) return $"{prefix.TrimEnd('_')}/{name[prefix.Length..]}";
        }
        return $"train/{name}";
    }

    private void WriteEvent(int step, Action<ProtoMessage> content)
    {
        ProtoMessage message = new();
        message.Add(Field.WallTime, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds).Add(Field.Step, step);
        content(message);
        ReadOnlySpan<byte> data = message.Bytes;
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], MaskedCrc(header[..8]));
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedCrc(data));
        _stream.Write(header);
        _stream.Write(data);
        _stream.Write(footer);
    }

    /// <summary>Field numbers of the messages.</summary>
    private static class Field
    {
        // Event
        public const int WallTime = 1;
        public const int Step = 2;
        public const int FileVersion = 3;
        public const int Summary = 5;
        public const int SessionLog = 7;

        // SessionLog
        public const int SessionStatus = 1;

        // Summary and Summary.Value
        public const int Value = 1;
        public const int Tag = 1;
        public const int SimpleValue = 2;
        public const int Image = 4;

        // Summary.Image
        public const int ImageHeight = 1;
        public const int ImageWidth = 2;
        public const int ImageColorspace = 3;
        public const int ImageEncoded = 4;
    }
}
