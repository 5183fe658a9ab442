using System.Text;

namespace Panoptes.Fuzz;

/// <summary>What was found by mutation and by hand, made small.</summary>
internal static class Corpus
{
    /// <summary>The findings.</summary>
    public static IReadOnlyList<Finding> Findings { get; } =
    [
        Of(Targets.Config, "depth ends the process", "a: " + new string('[', 100_000)),
        Of(Targets.Config, "depth of mappings", string.Concat(Enumerable.Repeat("{a: ", 50_000))),
        Of(Targets.Config, "keys of keys", string.Concat(Enumerable.Repeat("? ", 20_000)) + "a"),
        Of(Targets.Config, "a key twice by a tag", "model: {fpn: {channels: 8, !!str channels: 9}}"),
        Of(Targets.Config, "the character 0 in a path", "data: {root: \"a\\0b\"}"),
        Of(Targets.Config, "extends of a text", "extends: /dev/zero"),
        Of(Targets.Config, "aliases of aliases", Bomb()),
        Of(Targets.Yolo, "depth ends the process", "names: " + new string('[', 100_000)),
        Of(Targets.Yolo, "the whole disk", "path: .\ntrain: \"\\\\\"\nnames: [cat]\n"),
        Of(Targets.Yolo, "a key twice by a tag", "names: {0: a, !!str 0: b}"),
        Of(Targets.Yolo, "the character 0 in a path", "train: \"\\u0000\"\nnames: [a]\n"),
        Of(Targets.LabelMe, "the character 0 in a path", """{"shapes":[],"imagePath":"a\u0000.jpg","imageHeight":4,"imageWidth":4}"""),
        Of(Targets.ModelFile, "depth of the configuration", Targets.ModelWith("a: " + new string('[', 120_000))),
        Of(Targets.ModelFile, "names a local file", Targets.ModelWith("{\"extends\":\"/dev/zero\"}")),
        Of(Targets.Instances, "wide polygons", Dataset(100_000_000, 20, "[[0,0,100000000.0,1,100000000.0,19]]")),
        Of(Targets.Instances, "many edges", Dataset(100_000, 2_000, ZigZag(100_000, 4_000))),
        Of(Targets.Instances, "a tall mask", Dataset(1, int.MaxValue, "{\"size\":[2147483647,1],\"counts\":[0,2147483647]}")),
        Of(Targets.Instances, "a wide mask", Dataset(int.MaxValue, 1, "{\"size\":[1,2147483647],\"counts\":[0,2147483647]}")),
        Of(Targets.Check, "half of a surrogate pair", """{"images":[],"categories":[{"id":1,"name":"\ud800"}],"annotations":[]}"""),
        Of(Targets.Instances, "half of a surrogate pair", """{"images":[{"id":1,"file_name":"\udc00"}],"categories":[],"annotations":[]}"""),
        Of(Targets.Instances, "half of a pair in a key", """{"images":[{"id":1,"\ud800":"","file_name":"a"}],"categories":[],"annotations":[]}"""),
        Of(Targets.Masks, "no columns", "2147483647 0 0"),
        Of(Targets.Masks, "a tall mask", "2147483647 1 o"),
        Of(Targets.Checkpoint, "damaged", "{"),
        Of(Targets.Checkpoint, "no position", """{"iteration":1,"seconds":1,"position":null,"random_state":""}"""),
        Of(
            Targets.Checkpoint,
            "more batches than were read",
            """{"iteration":1,"seconds":1,"position":{"batches":2147483647,"seed":1,"batch_size":1,"pictures":1,"aspect_grouping":true},"random_state":""}"""),
    ];

    private static Finding Of(string target, string name, string text) => Of(target, name, Encoding.UTF8.GetBytes(text));

    private static Finding Of(string target, string name, byte[] bytes) => new(target, name, bytes);

    private static string Bomb() => "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(
        Enumerable.Range(1, 15).Select(i => $"k{i}: &k{i} [{string.Join(',', Enumerable.Repeat(i == 1 ? "*a" : $"*k{i - 1}", 10))}]\n"));

    private static string Dataset(int width, int height, string segmentation) => $$"""
        {"images":[{"id":1,"file_name":"a.jpg","width":{{width}},"height":{{height}}}],"categories":[{"id":1,"name":"x"}],
        "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[0,0,5,5],"area":25,"iscrowd":0,"segmentation":{{segmentation}}}]}
        """;

    private static string ZigZag(int width, int edges) =>
        $"[[{string.Join(',', Enumerable.Range(0, edges).Select(i => $"{(i % 2 == 0 ? 0 : width)},{i / 4}"))}]]";
}
