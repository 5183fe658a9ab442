using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

public sealed class PngTests(Pillow pillow) : IClassFixture<Pillow>
{
    /// <summary>A PNG writer of a dozen lines, for the depths and the interlacing that PIL does not write.</summary>
    private const string Writer = """
        import struct, zlib
        rng = np.random.default_rng(11); w, h = 29, 23
        def chunk(kind, body): return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
        def lines(samples, depth):
            rows, columns = samples.shape[:2]
            if rows == 0 or columns == 0: return b''
            flat = samples.reshape(rows, -1)
            if depth == 16: packed = flat.astype('>u2').view(np.uint8).reshape(rows, -1)
            elif depth == 8: packed = flat.astype(np.uint8)
            else:
                bits = ((flat[:, :, None] >> np.arange(depth - 1, -1, -1)) & 1).reshape(rows, -1).astype(np.uint8)
                packed = np.packbits(bits, axis=1)
            return b''.join(b'\0' + row.tobytes() for row in packed)
        def png(samples, depth, kind, extra=b'', interlaced=False):
            if interlaced:
                passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
                raw = b''.join(lines(samples[y::dy, x::dx], depth) for x, y, dx, dy in passes)
            else: raw = lines(samples, depth)
            head = struct.pack('>IIBBBBB', samples.shape[1], samples.shape[0], depth, kind, 0, 0, int(interlaced))
            return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + extra + chunk(b'IDAT', zlib.compress(raw)) + chunk(b'IEND', b'')
        def noise(depth, channels=1): return rng.integers(0, 1 << depth, (h, w, channels))
        palette = rng.integers(0, 256, (256, 3)).astype(np.uint8)
        def plte(depth): return chunk(b'PLTE', palette[:1 << depth].tobytes())

        """;

    [Theory]
    [InlineData("png(noise(8, 3), 8, 2)")]
    [InlineData("png(noise(8, 3), 8, 2, interlaced=True)")]
    [InlineData("png(noise(16, 3), 16, 2)")]
    [InlineData("png(noise(16, 3), 16, 2, interlaced=True)")]
    [InlineData("png(noise(16, 4), 16, 6)")]
    [InlineData("png(noise(8, 4), 8, 6)")]
    [InlineData("png(noise(8, 4), 8, 6, interlaced=True)")]
    [InlineData("png(noise(8, 2), 8, 4)")]
    [InlineData("png(noise(8), 8, 0)")]
    [InlineData("png(noise(4), 4, 0)")]
    [InlineData("png(noise(2), 2, 0)")]
    [InlineData("png(noise(1), 1, 0)")]
    [InlineData("png(noise(1), 1, 0, interlaced=True)")]
    [InlineData("png(noise(8), 8, 3, plte(8))")]
    [InlineData("png(noise(4), 4, 3, plte(4))")]
    [InlineData("png(noise(1), 1, 3, plte(1), interlaced=True)")]
    [InlineData("png(noise(8), 8, 3, plte(8) + chunk(b'tRNS', bytes(range(256))))")]
    [InlineData("png(noise(8, 3), 8, 2, chunk(b'tRNS', bytes(6)))")]
    public void Any_kind_of_PNG_decodes_to_the_pixels_that_Pillow_gives(string expression)
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make(expression);
        Image image = Image.Decode(file);
        Assert.Equal(new ImageSize(29, 23), image.Size);
        Assert.True(image.Pixels.SequenceEqual(pillow.Decode(file)));
    }

    [Fact]
    public void Sixteen_bits_of_gray_keep_their_high_byte()
    {
        // Pillow clips them to 255 instead, which nobody wants.
        pillow.SkipUnlessAvailable();
        byte[] file = Make("png(noise(16), 16, 0)");
        byte[] expected = pillow.Run(
            "result = np.repeat((np.asarray(opened(data)) >> 8).astype(np.uint8)[:, :, None], 3, 2).tobytes()", file);
        Assert.True(Image.Decode(file).Pixels.SequenceEqual(expected));
    }

    [Fact]
    public void The_size_of_a_long_file_is_read_without_its_pixels_though_its_orientation_stands_behind_them()
    {
        const int pixels = 16 << 20; // bytes
        byte[] exif = [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        using (FileStream file = File.Create(path))
        {
            file.Write(new Image(6, 4).EncodePng().AsSpan(0, 33)); // signature and header
            file.Write([pixels >> 24, 0, 0, 0, .. "IDAT"u8]);
            file.Position += pixels + 4;
            file.Write([0, 0, 0, (byte)exif.Length, .. "eXIf"u8, .. exif, 0, 0, 0, 0]);
            file.Write([0, 0, 0, 0, .. "IEND"u8, 0, 0, 0, 0]);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        ImageSize size = Image.ReadSize(path);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(new ImageSize(4, 6), size);
        Assert.InRange(allocated, 0, 1 << 20);
        Assert.Equal(new ImageSize(6, 4), Image.ReadStoredSize(path, out int orientation));
        Assert.Equal(6, orientation);
        File.Delete(path);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    public void Twelve_bits_in_sixteen_are_scaled_by_their_own_maximum_and_told(int channels, int kind)
    {
        pillow.SkipUnlessAvailable();
        byte[] file = Make($"png(np.minimum(noise(12, {channels}), 4000), 16, {kind})");
        byte[] expected = pillow.Run($"""
            {Writer}
            made = (np.minimum(noise(12, {channels}), 4000) >> 4).astype(np.uint8)
            result = (np.repeat(made, 3, 2) if {channels} == 1 else made).tobytes()
            """);
        Image image = Image.Decode(file);
        Assert.True(image.Pixels.SequenceEqual(expected));
        Assert.Equal(
            "The image in memory: holds 16 bits a channel, but no value is above 4000; read as 12 bits, 0 to 4095.",
            Assert.Single(image.Warnings));
        Assert.Empty(Image.Decode(Make("png(noise(16), 16, 0)")).Warnings);
        Assert.Empty(Image.Decode(Make("png(noise(16) * 0, 16, 0)")).Warnings);
    }

    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(2, 8, 3)]
    [InlineData(6, 8, 4)]
    [InlineData(2, 16, 3)]
    [InlineData(6, 16, 4)]
    [InlineData(4, 16, 2)]
    [InlineData(0, 2, 1)]
    public void Every_filter_of_photographs_is_undone(int kind, int depth, int channels)
    {
        pillow.SkipUnlessAvailable();
        // Of 16 bits of gray with alpha Pillow reads the high byte, as we do.
        byte[] file = pillow.Run($"""
            {Writer}
            y, x = np.mgrid[0:61, 0:83]
            ramp = ((x[..., None] * 3 + y[..., None] * 2 + np.arange({channels}) * 40 + rng.integers(0, 9, (61, 83, {channels}))) % 256)
            samples = ramp >> 6 if {depth} == 2 else ramp if {depth} == 8 else ramp * 256 + rng.integers(0, 256, ramp.shape)
            packed = lines(samples, {depth}); size = len(packed) // 61; step = max(1, {channels} * {depth} // 8)
            rows = np.frombuffer(packed, np.uint8).reshape(61, size)[:, 1:].astype(int)
            raw = b''; above = np.zeros(size - 1, int)
            for i, row in enumerate(rows):
                left = np.concatenate([np.zeros(step, int), row[:-step]]); corner = np.concatenate([np.zeros(step, int), above[:-step]])
                p = left + above - corner; pa, pb, pc = abs(p - left), abs(p - above), abs(p - corner)
                paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, above, corner))
                guess = [0, left, above, (left + above) // 2, paeth][i % 5]
                raw += bytes([i % 5]) + ((row - guess) % 256).astype(np.uint8).tobytes(); above = row
            head = struct.pack('>IIBBBBB', 83, 61, {depth}, {kind}, 0, 0, 0)
            result = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(raw)) + chunk(b'IEND', b'')
            """);
        Assert.True(Image.Decode(file).Pixels.SequenceEqual(pillow.Decode(file)));
    }

    [Theory]
    [InlineData("png(noise(16), 16, 0)")]
    [InlineData("png(noise(8), 8, 0)")]
    [InlineData("png(noise(2), 2, 0)")]
    [InlineData("png(noise(16), 16, 0, interlaced=True)")]
    [InlineData("png(noise(8), 8, 0, interlaced=True)")]
    [InlineData("png(noise(4), 4, 0, interlaced=True)")]
    [InlineData("png(noise(8), 8, 3, plte(8))")]
    [InlineData("png(noise(4), 4, 3, plte(4))")]
    [InlineData("png(noise(2), 2, 3, plte(2), interlaced=True)")]
    [InlineData("png(noise(1), 1, 3, plte(1), interlaced=True)")]
    public void Label_maps_hold_the_samples_as_they_are_stored(string expression)
    {
        pillow.SkipUnlessAvailable();
        byte[] expected = pillow.Run($"""
            {Writer}
            written, make = [], noise
            def noise(*depth):
                written.append(make(*depth))
                return written[-1]
            {expression}
            result = written[0].astype('<i4').tobytes()
            """);
        LabelMap map = LabelMap.Decode(Make(expression));
        Assert.True(map.Labels.SequenceEqual(MemoryMarshal.Cast<byte, int>(expected)));
    }

    [Fact]
    public void Label_maps_of_panoptic_ids_come_back_as_they_were()
    {
        Random random = new(4);
        LabelMap map = new(31, 17);
        foreach (ref int label in map.Labels)
            label = random.Next(1 << 24);
        LabelMap again = LabelMap.Decode(map.EncodePng());
        Assert.True(again.Labels.SequenceEqual(map.Labels));
        map.Labels[5] = 1 << 24;
        Assert.Throws<InvalidOperationException>(map.EncodePng);
    }

    [Fact]
    public void Label_maps_resize_as_Pillow_does_to_the_nearest_pixel()
    {
        pillow.SkipUnlessAvailable();
        Random random = new(3);
        for (int trial = 0; trial < 60; trial++)
        {
            LabelMap map = new(random.Next(1, 90), random.Next(1, 70));
            foreach (ref int label in map.Labels)
                label = random.Next();
            int width = random.Next(1, 150), height = random.Next(1, 150);
            byte[] expected = pillow.Run(
                $"result = Image.frombytes('I', ({map.Width}, {map.Height}), data).resize(({width}, {height}), Image.NEAREST).tobytes()",
                MemoryMarshal.AsBytes(map.Labels));
            Assert.True(map.Resize(width, height).Labels.SequenceEqual(MemoryMarshal.Cast<byte, int>(expected)));
        }
    }

    [Fact]
    public void An_orientation_before_or_behind_the_pixels_is_applied()
    {
        pillow.SkipUnlessAvailable();
        const string Exif = "chunk(b'eXIf', b'MM\\0*\\0\\0\\0\\x08\\0\\x01\\x01\\x12\\0\\x03\\0\\0\\0\\x01\\0\\x06\\0\\0\\0\\0\\0\\0')";
        const string Behind = $"(lambda p: p[:-12] + {Exif} + p[-12:])(png(noise(8, 3), 8, 2))";
        foreach (string expression in new[] { $"png(noise(8, 3), 8, 2, {Exif})", Behind })
        {
            byte[] file = Make(expression);
            Image image = Image.Decode(file);
            Assert.Equal(new ImageSize(23, 29), image.Size);
            byte[] expected = pillow.Run("result = rgb(ImageOps.exif_transpose(opened(data)))", file);
            Assert.True(image.Pixels.SequenceEqual(expected));
        }
    }

    [Theory]
    [InlineData(PixelFormat.Rgb24, "RGB", "RGB")]
    [InlineData(PixelFormat.Bgr24, "RGB", "BGR")]
    [InlineData(PixelFormat.Rgba32, "RGBA", "RGBA")]
    [InlineData(PixelFormat.Bgra32, "RGBA", "BGRA")]
    [InlineData(PixelFormat.Gray8, "L", "L")]
    public void What_the_encoder_writes_is_what_Pillow_reads(PixelFormat format, string mode, string raw)
    {
        pillow.SkipUnlessAvailable();
        const int Width = 19, Height = 13, Stride = 80;
        byte[] pixels = new byte[Stride * Height];
        new Random(6).NextBytes(pixels);
        byte[] file = PngEncoder.Encode(pixels, Width, Height, Stride, format);
        byte[] expected = pillow.Run(
            $"result = Image.frombytes('{mode}', ({Width}, {Height}), data, 'raw', '{raw}', {Stride}).tobytes()", pixels);
        Assert.Equal(expected, pillow.Run($"im = opened(data); assert im.mode == '{mode}', im.mode; result = im.tobytes()", file));
    }

    [Fact]
    public void Palette_images_keep_their_indices_and_colors()
    {
        pillow.SkipUnlessAvailable();
        Rgb[] palette = [.. Enumerable.Range(0, 7).Select(Palette.ColorOf)];
        byte[] indices = [.. Enumerable.Range(0, 35).Select(i => (byte)(i % 7))];
        byte[] file = PngEncoder.EncodeIndexed(indices, 5, 7, 5, palette);
        Assert.Equal(indices, pillow.Run("im = opened(data); assert im.mode == 'P'; result = im.tobytes()", file));
        Image image = Image.Decode(file);
        for (int i = 0; i < indices.Length; i++)
            Assert.Equal(palette[indices[i]], new Rgb(image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2]));
        indices[3] = 7;
        Assert.Throws<ArgumentException>(() => PngEncoder.EncodeIndexed(indices, 5, 7, 5, palette));
    }

    [Fact]
    public void A_color_image_survives_a_round_trip()
    {
        Random random = new(8);
        for (int trial = 0; trial < 40; trial++)
        {
            Image image = new(random.Next(1, 70), random.Next(1, 70));
            random.NextBytes(image.Pixels);
            Assert.True(Image.Decode(image.EncodePng()).Pixels.SequenceEqual(image.Pixels));
        }
    }

    [Fact]
    public void A_file_cut_off_is_an_error_unless_all_its_pixels_are_there()
    {
        Image image = new(40, 30);
        new Random(9).NextBytes(image.Pixels);
        byte[] file = image.EncodePng();
        for (int length = 8; length < file.Length - 40; length += 61)
            Assert.Throws<InputException>(() => Image.Decode(file.AsSpan(0, length)));
    }

    [Fact]
    public void Damage_ends_in_a_image_or_in_an_input_exception_and_nothing_else()
    {
        Image image = new(40, 30);
        for (int i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(i / 7);
        byte[] file = image.EncodePng();
        Random random = new(10);
        DecodeOptions options = new() { MaxPixels = 4_000_000 };
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] bad = (byte[])file.Clone();
            for (int i = random.Next(1, 6); i > 0; i--)
                bad[random.Next(8, bad.Length)] = (byte)random.Next(256);
            if (trial % 2 == 0)
                FixChecksums(bad);
            try
            {
                _ = Image.Decode(bad, options);
                _ = LabelMap.Decode(bad);
            }
            catch (InputException)
            {
            }
        }
    }

    private byte[] Make(string expression) => pillow.Run($"{Writer}result = {expression}");

    private static void FixChecksums(byte[] png)
    {
        for (int at = 8; at + 12 <= png.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (at + 12 + length > png.Length)
                return;
            uint crc = uint.MaxValue;
            foreach (byte b in png.AsSpan(at + 4, (int)length + 4))
            {
                crc ^= b;
                for (int bit = 0; bit < 8; bit++)
                    crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
            }

            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + (int)length), ~crc);
            at += 12 + (int)length;
        }
    }
}
