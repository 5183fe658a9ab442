using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Panoptes.Imaging;

namespace Panoptes.Tests.Imaging;

public sealed class GeoReferenceTests : IDisposable
{
    private const ushort PixelScale = 33550, TiePoint = 33922, Transformation = 34264, Keys = 34735, Texts = 34737;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.tif");

    public void Dispose() => File.Delete(_path);

    private GeoReference? Read(TiffBuilder tiff) => Read(tiff.Build());

    private GeoReference? Read(byte[] file)
    {
        File.WriteAllBytes(_path, file);
        return GeoReference.Read(_path);
    }

    /// <summary>Zone 33 north, pixels of half a meter, the corner of pixel (2, 3) at (500000, 4600000).</summary>
    private static TiffBuilder Utm(bool little = true, bool big = false) => TiffBuilder.Image(little, big)
        .Doubles(PixelScale, 0.5, 0.25, 0)
        .Doubles(TiePoint, 2, 3, 0, 500_000, 4_600_000, 0)
        .Shorts(Keys, 1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32633);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Scale_and_tie_point_say_where_pixels_lie(bool little, bool big)
    {
        GeoReference place = Read(Utm(little, big))!;

        Assert.Equal((499_999, 4_600_000.75), place.ToWorld(0, 0));
        Assert.Equal((500_000, 4_600_000), place.ToWorld(2, 3));
        Assert.Equal((500_004, 4_599_998.25), place.ToWorld(10, 10));
        Assert.Equal((32633, null), (place.EpsgCode, place.Citation));
    }

    [Fact]
    public void A_matrix_may_turn_the_image()
    {
        GeoReference place = Read(TiffBuilder.Image().Doubles(
            Transformation, 0, 2, 0, 100, 3, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 1))!;

        Assert.Equal((110, 212), place.ToWorld(4, 5));
        Assert.Null(place.EpsgCode);
    }

    [Fact]
    public void Where_pixels_are_points_the_corner_is_half_a_pixel_away()
    {
        GeoReference place = Read(Utm().Shorts(Keys, 1, 1, 0, 1, 1025, 0, 1, 2))!;

        Assert.Equal((500_000, 4_600_000), place.ToWorld(2.5, 3.5));
    }

    [Fact]
    public void A_system_without_a_code_is_told_in_words()
    {
        GeoReference place = Read(Utm()
            .Shorts(Keys, 1, 1, 0, 3, 3072, 0, 1, 32767, 1026, Texts, 10, 0, 3073, Texts, 8, 10)
            .Text(Texts, "Something|My grid|"))!;

        Assert.Equal((null, "My grid"), (place.EpsgCode, place.Citation));
        Assert.Equal(4326, Read(Utm().Shorts(Keys, 1, 1, 0, 1, 2048, 0, 1, 4326))!.EpsgCode);
    }

    [Fact]
    public void A_projection_without_a_code_does_not_take_the_code_of_its_datum()
    {
        GeoReference own = Read(Utm().Shorts(Keys, 1, 1, 0, 2, 2048, 0, 1, 4269, 3072, 0, 1, 32767))!;
        GeoReference unnamed = Read(Utm().Shorts(Keys, 1, 1, 0, 2, 1024, 0, 1, 1, 2048, 0, 1, 4269))!;
        GeoReference degrees = Read(Utm().Shorts(Keys, 1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4269))!;

        Assert.Null(own.EpsgCode);
        Assert.Null(unnamed.EpsgCode);
        Assert.Equal(4269, degrees.EpsgCode);
    }

    [Fact]
    public void Images_without_a_place_have_none()
    {
        Assert.Null(Read(TiffBuilder.Image()));
        Assert.Null(Read(new Image(3, 3).EncodePng()));
        Assert.NotNull(Image.Load(Write(Utm()))); // the tags do not hinder reading

        string Write(TiffBuilder tiff)
        {
            File.WriteAllBytes(_path, tiff.Build());
            return _path;
        }
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "control points", "control points" },
        { "short tie point", "at least 6" },
        { "short scale", "at least 2" },
        { "short matrix", "16 are needed" },
        { "no size", "no size" },
        { "infinite", "not finite" },
        { "not a number", "not finite" },
        { "wrong type", "its type is 3" },
        { "many values", "4294967295 values; up to 3" },
        { "outside", "outside of the file" },
        { "keys missing", "do not hold the keys" },
        { "few keys", "do not hold the keys" },
        { "text outside", "lies outside of it" },
        { "turned", "turned" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Wrong_tags_are_named_with_their_file(string what, string problem)
    {
        TiffBuilder tiff = what switch
        {
            "control points" => TiffBuilder.Image().Doubles(TiePoint, 0, 0, 0, 1, 2, 0, 1, 1, 0, 3, 4, 0),
            "short tie point" => Utm().Doubles(TiePoint, 1, 2, 3, 4, 5),
            "short scale" => Utm().Doubles(PixelScale, 1),
            "short matrix" => Utm().Doubles(Transformation, 1, 2, 3),
            "no size" => Utm().Doubles(PixelScale, 0, 1, 0),
            "infinite" => Utm().Doubles(TiePoint, 0, 0, 0, double.PositiveInfinity, 0, 0),
            "not a number" => Utm().Doubles(PixelScale, double.NaN, 1, 0),
            "wrong type" => Utm().Shorts(PixelScale, 1, 1, 0),
            "many values" => Utm().Raw(PixelScale, 12, uint.MaxValue, new byte[8]),
            "outside" => Utm().Raw(PixelScale, 12, 3, [0xFF, 0xFF, 0xFF, 0x7F]),
            "keys missing" => Utm().Shorts(Keys, 1, 1, 0, 500, 1024, 0, 1, 1),
            "few keys" => Utm().Shorts(Keys, 1, 1),
            "text outside" => Utm().Shorts(Keys, 1, 1, 0, 1, 3073, Texts, 20, 60_000).Text(Texts, "short"),
            _ => Utm().Shorts(274, 6),
        };

        InputException error = Assert.Throws<InputException>(() => Read(tiff));

        Assert.Equal(_path, error.File);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void A_file_cut_anywhere_gives_an_error_or_no_place_and_so_does_any_changed_byte()
    {
        byte[] whole = Utm().Build();
        Random random = new(1);
        for (int i = 0; i < whole.Length; i++)
        {
            Try(whole[..i]);
            byte[] changed = [.. whole];
            changed[i] ^= (byte)random.Next(1, 256);
            Try(changed);
        }

        void Try(byte[] file)
        {
            try
            {
                _ = Read(file);
            }
            catch (InputException error)
            {
                Assert.Equal(_path, error.File);
            }
        }
    }

    [Theory]
    [InlineData("-a_srs EPSG:32633 -a_ullr 499999 4600010 500101 4599900")]
    [InlineData("-a_srs EPSG:4326 -a_ullr 10.5 48.25 10.75 48 -co PROFILE=GeoTIFF -co BIGTIFF=YES")]
    [InlineData("-a_srs EPSG:2154 -a_ullr 0 50 100 0 -mo AREA_OR_POINT=Point")]
    public void Gdal_says_the_same(string options)
    {
        string? gdal = Find("gdal_translate");
        Assert.SkipUnless(gdal is not null, "The oracle is missing: gdal_translate and gdalinfo (apt-get install gdal-bin).");
        string source = _path + ".png";
        new Image(64, 48).SavePng(source);
        try
        {
            Run(gdal!, $"-q -of GTiff {options} {source} {_path}");
            JsonElement info = JsonDocument.Parse(Run(Find("gdalinfo")!, $"-json {_path}")).RootElement;
            double[] expected = [.. info.GetProperty("geoTransform").EnumerateArray().Select(v => v.GetDouble())];

            GeoReference place = GeoReference.Read(_path)!;

            double[] actual = [place.OriginX, place.XPerColumn, place.XPerRow, place.OriginY, place.YPerColumn, place.YPerRow];
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * Math.Max(1, Math.Abs(pair.First))));
            string code = options.Split("EPSG:")[1].Split(' ')[0];
            Assert.Equal(int.Parse(code, CultureInfo.InvariantCulture), place.EpsgCode);
        }
        finally
        {
            File.Delete(source);
            File.Delete(source + ".aux.xml");
        }
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Run(string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
