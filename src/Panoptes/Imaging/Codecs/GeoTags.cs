namespace Panoptes.Imaging.Codecs;

/// <summary>The tags and keys of a GeoTIFF (OGC 19-008r4, sections 7 and 8).</summary>
internal static class GeoTags
{
    private const ushort Orientation = 274, PixelScale = 33550, TiePoint = 33922, Transformation = 34264;
    private const ushort KeyDirectory = 34735, AsciiParameters = 34737;
    private const ushort ModelType = 1024, RasterType = 1025, GeneralCitation = 1026, GeographicType = 2048, GeographicCitation = 2049;
    private const ushort ProjectedType = 3072, ProjectedCitation = 3073;
    private const ushort ModelIsProjected = 1, PixelIsPoint = 2;
    private const ushort UserDefined = 32767;
    private const int MostShorts = 4096, MostText = 1 << 16, MostTiePoints = 6 * 1024, MostCitation = 1024;

    /// <summary>Reads what a file says.</summary>
    /// <inheritdoc cref="GeoReference.Read"/>
    public static GeoReference? Read(string path)
    {
        using TiffTags? tags = TiffTags.Open(path);
        if (tags is null || Transform(tags) is not { } plain) return null;
        if (tags.Shorts(Orientation, 1) is [not ImageHeader.NotTurned])
            throw tags.Damaged(Orientation, "coordinates of an image that is stored turned are not supported");
        Dictionary<ushort, ushort> keys = [];
        Dictionary<ushort, (int Start, int Length)> texts = [];
        ReadKeys(tags, keys, texts);

        // The middle of the upper left pixel is its point then, half a pixel right of and below the corner.
        GeoReference place = keys.GetValueOrDefault(RasterType) != PixelIsPoint ? plain : plain with
        {
            OriginX = plain.OriginX - ((plain.XPerColumn + plain.XPerRow) / 2),
            OriginY = plain.OriginY - ((plain.YPerColumn + plain.YPerRow) / 2),
        };
        bool isRegular = double.IsFinite(place.OriginX) && double.IsFinite(place.OriginY)
            && Math.Abs((place.XPerColumn * place.YPerRow) - (place.XPerRow * place.YPerColumn)) is > 0 and < double.PositiveInfinity;
        if (!isRegular)
            throw tags.Damaged(tags.Has(Transformation) ? Transformation : PixelScale, "pixels have no size, or numbers are not finite");
        return place with
        {
            EpsgCode = CodeOf(IsProjected() ? ProjectedType : GeographicType),
            Citation = Citation(ProjectedCitation) ?? Citation(GeneralCitation) ?? Citation(GeographicCitation),
        };

        // Of a projection without a code, the geographic type is the base: its code would take meters for degrees.
        bool IsProjected() => keys.GetValueOrDefault(ProjectedType) != 0 || keys.GetValueOrDefault(ModelType) == ModelIsProjected;

        int? CodeOf(ushort key) => keys.TryGetValue(key, out ushort code) && code is > 0 and < UserDefined ? code : null;

        string? Citation(ushort key)
        {
            if (!texts.TryGetValue(key, out (int Start, int Length) part)) return null;
            string all = tags.Text(AsciiParameters, MostText) ?? "";
            if (part.Start > all.Length || part.Length > all.Length - part.Start)
                throw tags.Damaged(AsciiParameters, $"key {key} lies outside of it");
            string text = all.Substring(part.Start, Math.Min(part.Length, MostCitation)).TrimEnd('\0').TrimEnd('|');
            return text.Length > 0 ? text : null;
        }
    }

    private static GeoReference? Transform(TiffTags tags)
    {
        if (tags.Doubles(Transformation, 16) is { } m)
        {
            return m.Length == 16 ? new GeoReference(m[3], m[0], m[1], m[7], m[4], m[5])
                : throw tags.Damaged(Transformation, $"it has {m.Length} values; 16 are needed");
        }

        if (tags.Doubles(TiePoint, MostTiePoints) is not { } tie) return null;
        if (tags.Doubles(PixelScale, 3) is not { } scale)
            throw tags.Damaged(TiePoint, "coordinates by control points alone are not supported; warp the image first");
        if (tie.Length < 6) throw tags.Damaged(TiePoint, $"it has {tie.Length} values; at least 6 are needed");
        if (scale.Length < 2) throw tags.Damaged(PixelScale, $"it has {scale.Length} values; at least 2 are needed");
        return new GeoReference(
            tie[3] - (tie[0] * scale[0]), scale[0], 0, tie[4] + (tie[1] * scale[1]), 0, -scale[1]);
    }

    private static void ReadKeys(
        TiffTags tags, Dictionary<ushort, ushort> keys, Dictionary<ushort, (int Start, int Length)> texts)
    {
        if (tags.Shorts(KeyDirectory, MostShorts) is not { } directory) return;
        if (directory.Length < 4 || directory.Length < 4 + (4 * directory[3]))
            throw tags.Damaged(KeyDirectory, $"its {directory.Length} values do not hold the keys that it announces");
        for (int at = 4; at < 4 + (4 * directory[3]); at += 4)
        {
            (ushort key, ushort place, ushort count, ushort value) = (
                directory[at], directory[at + 1], directory[at + 2], directory[at + 3]);
            if (place == 0) keys.TryAdd(key, value);
            else if (place == AsciiParameters) texts.TryAdd(key, (value, count));
        }
    }
}
