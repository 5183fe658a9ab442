using System.Buffers.Binary;
using System.Text;

namespace Panoptes.Cli.Tests;

/// <summary>Small safetensors files, written by hand.</summary>
internal static class SafetensorsText
{
    /// <summary>The bytes of a file: length of the header, the header, and so many bytes of data.</summary>
    public static byte[] File(string header, int dataBytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        return file;
    }
}
