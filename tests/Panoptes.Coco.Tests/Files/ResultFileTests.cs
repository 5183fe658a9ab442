using System.Globalization;
using System.Text;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Files;

public sealed class ResultFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes").FullName;

    private string FilePath => Path.Combine(_folder, "results.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Boxes_and_masks_in_both_forms_are_read()
    {
        File.WriteAllText(FilePath, """
            [{"image_id":1,"category_id":2,"bbox":[1,2,3,4.5],"score":0.25},
             {"image_id":1.0,"category_id":2,"score":1,"segmentation":{"counts":"333ON","size":[4,3]}},
             {"score":-0.5,"segmentation":{"size":[4,3],"counts":[3,3,3,2,1]},"bbox":[0,0,1,1],
              "extra":{"a":[]},"category_id":5,"image_id":9}]
            """);
        List<CocoDetection> detections = ResultFile.Load(FilePath);
        Rle mask = Rle.Parse("333ON", 4, 3);
        Assert.Equal(
            [
                new CocoDetection(1, 2, new BoxXywh(1, 2, 3, 4.5), 0.25),
                new CocoDetection(1, 2, null, 1, mask),
                new CocoDetection(9, 5, new BoxXywh(0, 0, 1, 1), -0.5, mask),
            ],
            detections);
        Assert.Null(ResultFile.Load(FilePath, ResultMasks.WhereNoBox)[2].Mask);
        Assert.Equal(mask, ResultFile.Load(FilePath, ResultMasks.WhereNoBox)[1].Mask);
    }

    [Theory]
    [InlineData("{}", "holds no list")]
    [InlineData("[5]", "[0] is 5; it must be an object")]
    [InlineData("[{\"image_id\":1,\"category_id\":2,\"bbox\":[1,2,3,4]}]", "[0]: the key score is missing")]
    [InlineData("[{\"image_id\":1,\"category_id\":2,\"score\":1}]", "[0]: neither bbox nor segmentation is there")]
    [InlineData("[{\"image_id\":1,\"category_id\":2,\"score\":NaN,\"bbox\":[1,2,3,4]}]", "[0]: score is NaN; it must be a finite number")]
    [InlineData("[{\"image_id\":\"\",\"category_id\":2,\"score\":1,\"bbox\":[1,2,3,4]}]", "[0]: image_id is \"\"")]
    [InlineData("[{\"image_id\":1,\"category_id\":2,\"score\":1,\"segmentation\":[[1,2,3,4,5,6]]}]", "[0]: segmentation holds polygons")]
    [InlineData("[{\"image_id\":1,\"category_id\":2,\"score\":1,\"segmentation\":{\"size\":[4,3],\"counts\":\"33\"}}]",
        "[0]: segmentation: Compressed RLE covers 6 pixels")]
    [InlineData("[] x", "not valid JSON")]
    public void A_wrong_entry_is_named_with_the_reason(string json, string message)
    {
        File.WriteAllText(FilePath, json);
        InputException error = Assert.Throws<InputException>(() => ResultFile.Load(FilePath));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(FilePath, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Objects_may_differ_in_the_order_of_their_keys_and_in_blanks(int seed)
    {
        Random random = new(seed);
        List<CocoDetection> expected = [];
        StringBuilder json = new("[");
        for (int i = 0; i < 500; i++)
        {
            BoxXywh? box = random.Next(4) == 0 ? null : new BoxXywh(random.Next(-9, 9) / 4.0, random.Next(100), random.Next(9), 1e-3 * random.Next(9));
            uint background = (uint)random.Next(12);
            Rle? mask = box is null || random.Next(2) == 0 ? Rle.FromCounts([background, 23 - background], 23, 1) : null;
            expected.Add(new CocoDetection(random.Next(5), random.Next(5), box, random.Next(-5, 5) / 8.0, mask));
            json.Append(i == 0 ? "" : ",").Append(Write(expected[^1], random));
        }

        File.WriteAllText(FilePath, json.Append(']').ToString());
        Assert.Equal(expected, ResultFile.Load(FilePath));
    }

    // An object with its keys in an order that is mostly the same, sometimes with one that nobody knows or a name in escapes.
    private static string Write(CocoDetection detection, Random random)
    {
        string Blank() => new(' ', random.Next(8) == 0 ? random.Next(3) : 0);
        string List(params double[] values) =>
            "[" + string.Join(",", values.Select(v => Blank() + v.ToString("R", CultureInfo.InvariantCulture) + Blank())) + "]";
        List<string> properties =
        [
            $"\"image_id\"{Blank()}:{detection.ImageId}",
            $"\"{(random.Next(9) == 0 ? "category\\u005fid" : "category_id")}\":{Blank()}{detection.CategoryId}",
            $"\"score\":{detection.Score.ToString("R", CultureInfo.InvariantCulture)}",
        ];
        if (detection.Bbox is { } box)
        {
            properties.Add($"\"bbox\":{List(box.X, box.Y, box.Width, box.Height)}");
        }

        if (detection.Mask is { } mask)
        {
            string counts = "[" + string.Join(",", mask.Counts.ToArray()) + "]";
            properties.Add(random.Next(3) > 0
                ? $"\"segmentation\":{{\"size\":[23,1],\"counts\":{counts}}}"
                : $"\"segmentation\":{{\"counts\":{counts},{Blank()}\"x\":[{{}}],\"size\":[23,{Blank()}1]}}");
        }

        if (random.Next(6) == 0)
        {
            properties.Insert(random.Next(properties.Count), "\"bboxes\":[[1,2],{\"score\":5}]");
        }

        if (random.Next(6) == 0)
        {
            (properties[0], properties[^1]) = (properties[^1], properties[0]);
        }

        return "{" + string.Join("," + Blank(), properties) + Blank() + "}";
    }

    [Fact]
    public void Real_results_written_and_read_again_are_the_same()
    {
        List<CocoDetection> detections = ResultFile.Load(SharedData.Require("golden/detections_val2017.json"));
        CocoWriter.WriteResults(FilePath, detections);
        Assert.Equal(5017, detections.Count);
        Assert.Equal(detections, ResultFile.Load(FilePath));
        Assert.DoesNotContain("\\u00", File.ReadAllText(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_without_a_data_set_keep_their_names_as_ids()
    {
        CocoDetection detection = new(0, 1, new BoxXywh(1, 2, 3, 4), 0.5);
        CocoWriter.WriteResults(FilePath, [("street", detection), ("000042", detection)]);
        string text = File.ReadAllText(FilePath);
        Assert.Contains("\"image_id\":\"street\"", text, StringComparison.Ordinal);
        Assert.Contains("\"image_id\":42,", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_while_writing_leaves_the_older_file_as_it_was()
    {
        File.WriteAllText(FilePath, "old");
        Assert.ThrowsAny<Exception>(() => CocoWriter.WriteResults(FilePath, Failing()));
        Assert.Equal("old", File.ReadAllText(FilePath));
        Assert.Single(Directory.GetFiles(_folder));

        static IEnumerable<CocoDetection> Failing()
        {
            yield return new CocoDetection(1, 1, null, 0.5, Rle.Empty(3, 3));
            throw new IOException("disk full");
        }
    }
}
