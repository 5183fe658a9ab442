using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

internal static class BatchHash
{
    /// <summary>A hash of all that a batch holds.</summary>
    public static string Of(Batch batch)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<long>([batch.Number, batch.Width, batch.Height, batch.InstanceCount]));
        hash.AppendData(MemoryMarshal.AsBytes(batch.Pixels.Span));
        hash.AppendData(MemoryMarshal.AsBytes(batch.Boxes.Span));
        hash.AppendData(MemoryMarshal.AsBytes(batch.Classes.Span));
        hash.AppendData(MemoryMarshal.AsBytes(batch.Masks.Crops));
        hash.AppendData(batch.Masks.Targets.Span);
        foreach (BatchImage image in batch.Images)
        {
            hash.AppendData(MemoryMarshal.AsBytes<long>([image.Record.Id, image.FirstInstance, image.InstanceCount]));
            for (int k = image.FirstInstance; k < image.FirstInstance + image.InstanceCount; k++)
            {
                for (int y = 0; y < batch.Height; y++)
                {
                    for (int x = 0; x < batch.Width; x++)
                        hash.AppendData([batch.Masks.Contains(k, x, y) ? (byte)1 : (byte)0]);
                }
            }
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
