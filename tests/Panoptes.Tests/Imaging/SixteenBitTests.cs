using System.Runtime.InteropServices;
using NetVips;
using Panoptes.Imaging;
using Image = Panoptes.Imaging.Image;
using VipsImage = NetVips.Image;

namespace Panoptes.Tests.Imaging;

/// <summary>TIFFs of 16 bits a channel.</summary>
public sealed class SixteenBitTests : IDisposable
{
    private const int Width = 1000, Height = 900;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.tif");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(Height, 4)]
    [InlineData(Height - 5, 8)]
    [InlineData(0, 8)]
    public void Samples_are_converted_as_they_come_and_never_held_all(int deepFrom, int shift)
    {
        // Rows of 12 bits, and from one row on of 16: then the rows before keep their high bytes too.
        ushort[] samples = new ushort[Width * Height * 3];
        for (int i = 0; i < samples.Length; i++) samples[i] = (ushort)(i / (3 * Width) < deepFrom ? i % 4096 : i * 7);
        byte[] bytes = MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
        using (VipsImage memory = VipsImage.NewFromMemory(bytes, Width, Height, 3, Enums.BandFormat.Ushort))
        using (VipsImage deep = memory.Copy(interpretation: Enums.Interpretation.Rgb16))
            deep.Tiffsave(_path);
        byte[] expected = [.. samples.Select(sample => (byte)(sample >> shift))];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Image image = Image.Load(_path);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(image.Pixels.SequenceEqual(expected));
        Assert.Equal(shift == 4 ? 1 : 0, image.Warnings.Count);
        Assert.InRange(allocated, expected.Length, 2L * expected.Length); // all samples take twice the image
    }
}
