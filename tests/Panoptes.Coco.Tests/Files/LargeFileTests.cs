using System.Text;
using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Files;

/// <summary>Files of many megabytes are cut into pieces and read by several threads; nobody may notice.</summary>
public sealed class LargeFileTests : IDisposable
{
    private const int Count = 60_000;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_object_arrives_in_order_whatever_its_strings_hold(bool indented)
    {
        string[] names = ["],[{", "}", "\"", "\\", "\\\"", "{\\\\", "a\u0001é\U0001F600", ""];
        var images = Enumerable.Range(0, Count).Select(i => new
        {
            id = i,
            extra = new object[] { new { }, new[] { "}]" } },
            file_name = names[i % names.Length] + new string('x', i % 97),
            width = 1 + i,
        });
        string json = JsonSerializer.Serialize(
            new { info = "[{", licenses = new[] { new { a = "]" } }, images, categories = Array.Empty<int>(), annotations = Array.Empty<int>() },
            indented ? s_indented : JsonSerializerOptions.Default);
        File.WriteAllText(_path, json);
        Assert.InRange(json.Length, 4_000_000, int.MaxValue);

        InstanceDataset dataset = InstanceDataset.Load(_path);
        Assert.Equal(Count, dataset.Images.Count);
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(new CocoImage(i, names[i % names.Length] + new string('x', i % 97), 1 + i, 0), dataset.Images[i]);
        }
    }

    [Fact]
    public void An_element_larger_than_a_piece_is_read()
    {
        string name = new('y', 3_000_000);
        File.WriteAllText(_path, Results(i => i == 1 ? $",\"name\":\"{name}\"" : "", 5));
        Assert.Equal([0L, 1, 2, 3, 4], ResultFile.Load(_path).Select(d => d.ImageId));
    }

    [Theory]
    [InlineData(59_999, "\"score\":0.5", "\"score\":Infinity", "[59999]: score is Infinity")]
    [InlineData(30_000, "\"bbox\":[1,2,3,4]", "\"bbox\":[1,2]", "[30000]: bbox has 2 numbers")]
    [InlineData(44_000, "\"bbox\":[1,2,3,4]", "\"bbox\":[1,2,,4]", "not valid JSON at line 44002")]
    [InlineData(44_000, "},", "}", "not valid JSON at line 44003")]
    [InlineData(44_000, "},", "},,", "not valid JSON at line 44002")]
    [InlineData(44_000, "},", "}],", "not valid JSON at line 44002")]
    [InlineData(44_000, "},", "]},", "not valid JSON at line 44002")]
    public void The_place_of_an_error_is_told(int element, string replace, string with, string message)
    {
        string[] lines = Results(_ => "", Count).Split('\n');
        Assert.Contains(replace, lines[element + 1], StringComparison.Ordinal);
        lines[element + 1] = lines[element + 1].Replace(replace, with, StringComparison.Ordinal);
        File.WriteAllText(_path, string.Join('\n', lines));
        InputException error = Assert.Throws<InputException>(() => ResultFile.Load(_path));
        Assert.StartsWith($"{_path}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_errors_the_first_is_told()
    {
        string json = Results(_ => "", Count);
        foreach (int element in new[] { 50_000, 20_000, 35_000 })
        {
            json = json.Replace($"\"image_id\":{element},", "\"image_id\":true,", StringComparison.Ordinal);
        }

        File.WriteAllText(_path, json);
        InputException error = Assert.Throws<InputException>(() => ResultFile.Load(_path));
        Assert.Contains("[20000]: image_id is true", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Results(_ => "", Count));
        foreach (int length in new[] { 1, 2, 100, 1 << 20, (1 << 20) + 17, 2_000_000, whole.Length - 1 })
        {
            File.WriteAllBytes(_path, whole[..length]);
            InputException error = Assert.Throws<InputException>(() => ResultFile.Load(_path));
            Assert.Contains("not valid JSON at line", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Masks_and_boxes_are_those_of_a_plain_reader()
    {
        File.WriteAllText(_path, Results(i => ",\"segmentation\":{\"size\":[4,3],\"counts\":\"333ON\"}", Count));
        List<CocoDetection> detections = ResultFile.Load(_path);
        using JsonDocument plain = JsonDocument.Parse(File.ReadAllText(_path));
        Rle mask = Rle.Parse("333ON", 4, 3);
        Assert.Equal(
            plain.RootElement.EnumerateArray().Select(e => (e.GetProperty("image_id").GetInt64(), e.GetProperty("score").GetDouble())),
            detections.Select(d => (d.ImageId, d.Score)));
        Assert.All(detections, d => Assert.Equal(mask, d.Mask));
    }

    private static string Results(Func<int, string> more, int count)
    {
        StringBuilder json = new("[\n");
        for (int i = 0; i < count; i++)
        {
            json.Append("{\"image_id\":").Append(i).Append(",\"category_id\":1,\"bbox\":[1,2,3,4],\"score\":0.5").Append(more(i))
                .Append(i + 1 < count ? "},\n" : "}\n");
        }

        return json.Append(']').ToString();
    }
}
