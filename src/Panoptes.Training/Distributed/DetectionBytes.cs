using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Training.Distributed;

/// <summary>Detections as bytes, exactly, on their way from one process to another.</summary>
internal static class DetectionBytes
{
    /// <summary>Writes detections.</summary>
    public static byte[] Write(IReadOnlyCollection<CocoDetection> detections)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(detections.Count);
        foreach (CocoDetection detection in detections)
        {
            writer.Write(detection.ImageId);
            writer.Write(detection.CategoryId);
            writer.Write(detection.Score);
            writer.Write(detection.Bbox.HasValue);
            if (detection.Bbox is { } box)
            {
                writer.Write(box.X);
                writer.Write(box.Y);
                writer.Write(box.Width);
                writer.Write(box.Height);
            }

            writer.Write(detection.Mask is not null);
            if (detection.Mask is { } mask)
            {
                writer.Write(mask.Height);
                writer.Write(mask.Width);
                writer.Write(mask.ToCompressedString());
            }
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads detections.</summary>
    public static List<CocoDetection> Read(byte[] bytes)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        int count = reader.ReadInt32();
        List<CocoDetection> detections = new(count);
        for (int i = 0; i < count; i++)
        {
            long image = reader.ReadInt64(), category = reader.ReadInt64();
            double score = reader.ReadDouble();
            BoxXywh? box = reader.ReadBoolean()
                ? new BoxXywh(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()) : null;
            Rle? mask = null;
            if (reader.ReadBoolean())
            {
                (int height, int width) = (reader.ReadInt32(), reader.ReadInt32());
                mask = Rle.Parse(reader.ReadString(), height, width);
            }

            detections.Add(new CocoDetection(image, category, box, score, mask));
        }

        return detections;
    }
}
