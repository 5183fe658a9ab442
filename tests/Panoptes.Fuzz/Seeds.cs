using System.Text;
using System.Text.Json.Nodes;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Training.Configuration;

namespace Panoptes.Fuzz;

/// <summary>Small valid inputs, each with much of what its format knows.</summary>
internal static class Seeds
{
    /// <summary>Bytes of the tensors of <see cref="ModelHeaders"/>.</summary>
    public const int ModelBytes = 1_000_000;

    private const string Configuration = """
        model:
          method: embedmask
          backbone: { type: resnet18, norm: group_norm, norm_groups: 2, base_width: 4, frozen_stages: 0 }
          fpn: { channels: 8, levels: 5 }
          head: { channels: 8, convs: 1, norm_groups: 2 }
          fcos: { level_boundaries: [16, 32, 48, 64] }
          embedmask: { embedding_dim: 4, mask_convs: 1, margin: {} }
        input: { short_side: [64, 96], long_side: 128, mean: [1, 2, 3], std: [64, 64, 64] }
        data: { root: x, train: { images: a, annotations: "b.json" } }
        seed: 3
        """;

    private const string Card = """
        {"method":"embedmask","classes":[{"name":"cell","category_id":1},{"name":"\u00e9","category_id":2,"is_thing":true}],
        "preprocessing":{"short_side":64,"long_side":128,"size_divisor":32,"mean":[1,2,3],"std":[4,5,6]},
        "detection":{"strides":[8,16,32,64,128],"score_threshold":0.05,"top_k_per_level":100,"max_detections":100},
        "embed_mask":{"embedding_dim":4,"margin_dim":1,"scale_factor":2}}
        """;

    private static string Compressed { get; } = Rle.FromCounts([200, 400, 1800], 40, 60).ToCompressedString();

    public static byte[][] Instances { get; } = Bytes(
        $$$"""
        {"info":{"year":2026},"images":[{"id":1,"file_name":"a.png","height":40,"width":60,"neg_category_ids":[3]},{"id":2,"file_name":"b\u00e9.png","height":40,"width":60}],
        "annotations":[
        {"id":7,"image_id":1,"category_id":3,"bbox":[10,5,30,20],"area":600,"iscrowd":0,"segmentation":[[10,5,40,5,40,25,10.5,25],[1,1,5,1,5,5]],"extra":[7,{"a":null}]},
        {"id":8,"image_id":2,"category_id":9,"bbox":[5,0,10,40],"area":400,"iscrowd":0,"segmentation":{"size":[40,60],"counts":[200,400,1800]}},
        {"id":9,"image_id":2,"category_id":9,"bbox":[40,0,10,40],"area":400.0,"iscrowd":1,"segmentation":{"counts":"{{{Compressed}}}","size":[40,60]}}],
        "categories":[{"id":3,"name":"cat","supercategory":"animal"},{"id":9,"name":"dog"}],"more":{"a":[1,2]}}
        """,
        """{"images":[{"id":1,"file_name":"a.png","width":9,"height":9}],"annotations":[],"categories":[{"id":1,"name":"x"}]}""");

    public static byte[][] Results { get; } = Bytes(
        $$$"""
        [{"image_id":1,"category_id":1,"score":0.5,"bbox":[1,2,3.5,4]},
        {"image_id":2,"category_id":1,"score":1e-3,"segmentation":{"size":[40,60],"counts":[200,400,1800]}},
        {"image_id":2,"category_id":2,"bbox":[0,0,1,1],"score":0.25,"segmentation":{"size":[40,60],"counts":"{{{Compressed}}}"}}]
        """,
        "[]");

    public static byte[][] Panoptic { get; } = Bytes(
        """
        {"images":[{"id":1,"file_name":"a.jpg","width":4,"height":3}],
        "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":7,"category_id":1,"area":5,"iscrowd":0,"bbox":[0,0,2,2]},{"id":65793,"category_id":2,"area":7}]}],
        "categories":[{"id":1,"name":"thing","isthing":1,"color":[220,20,60]},{"id":2,"name":"sky","isthing":0,"supercategory":"outdoor"}]}
        """);

    public static byte[][] Pngs { get; } = MakePngs();

    public static byte[][] LabelMe { get; } = Bytes($$$"""
        {"version":"5.0","flags":{"night":true},"shapes":[
        {"label":"cat","points":[[1,1],[8.5,1],[8,7]],"group_id":null,"shape_type":"polygon","flags":{"iscrowd":true}},
        {"label":"dog","points":[[1,1],[4,4]],"group_id":1,"shape_type":"rectangle"},
        {"label":"dog","points":[[5,5],[6,6]],"group_id":1,"shape_type":"circle","description":"x"},
        {"label":"cat","points":[[0,0],[5,4]],"shape_type":"mask","mask":"{{{Convert.ToBase64String(Pngs[1])}}}"},
        {"label":"cat","points":[[0,0]],"shape_type":"point"}],
        "imagePath":"a.png","imageData":null,"imageHeight":9,"imageWidth":9}
        """);

    public static byte[][] Yolo { get; } = Bytes(
        "path: .\ntrain: images\nnames:\n  0: cat\n  1: 'dog'\nnc: 2\n====\n0 0.1 0.1 0.5 0.1 0.5 0.6\n1 0.5 0.5 0.2 0.2\n",
        "train: images\nnames: [a, \"b\"]\n====\n1 0.1 0.1 0.9 0.1 0.9 0.9 0.1 0.9\n");

    public static byte[][] Configs { get; } = Bytes(Configuration, "{\"seed\": 1, \"model\": {\"method\": \"meinst\"}}", "seed: &a 1\n");

    public static byte[][] Cards { get; } = Bytes(
        Card,
        """
        {"method":"ciae","classes":[{"name":"a","category_id":1}],"stuff_classes":[{"name":"sky","category_id":2,"is_thing":false}],"ciae":{"embedding_dim":8}}
        """,
        """
        {"method":"meinst","classes":[{"name":"a","category_id":1}],"meinst":{"size":2,"codec":{"options":{"size":2,"dimension":1},"components":[{"mean":"AAAAAAAAAAAAAAAAAAAAAA==","vectors":"AAAAAAAAAAAAAAAAAAAAAA==","variances":"AAAAAAAA8D8=","total_variance":1}]}}}
        """);

    public static byte[][] ModelHeaders { get; } = [ModelHeader(ConfigWriter.ToJson(ConfigLoader.Parse(Configuration, "seed"), withPaths: false))];

    public static byte[][] Checkpoints { get; } = Bytes(
        """{"iteration":20,"seconds":1.5,"best_ap":0.25,"evaluated_at":10,"loss_scale":{"value":65536,"good_steps":3},"position":{"batches":20,"seed":7,"batch_size":2,"pictures":9,"aspect_grouping":true},"random_state":"AAAA"}""");

    public static byte[][] Onnx { get; } = MakeOnnx();

    public static byte[][] Masks { get; } = Bytes($"40 60 {Compressed}", "40 60 200,400,1800", "3 3 0,9", "5 4 1,2,3,4,10", "0 0 0");

    public static byte[][] Polygons { get; } = Bytes(
        "10.0,5.0,40.0,5.0,40.0,25.0;1,1,9,1,9,9,1,9", "100,0,0,1999,99,0,50,1999", "1000,0,1500,1000,-5,300.25");

    public static byte[][] Jpegs { get; } = [Noise(33, 17).EncodeJpeg(), Noise(9, 9).EncodeJpeg(40)];

    public static byte[][] Bmps { get; } = [Bmp(24, 0, [.. Enumerable.Range(0, 3 * 4 * 3).Select(i => (byte)i)]), Bmp(8, 1, [4, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 2, 1, 0, 0, 1])];

    /// <summary>The header of a model with this configuration.</summary>
    public static byte[] ModelHeader(string configuration)
    {
        JsonObject card = JsonNode.Parse(Card)!.AsObject();
        card["network"] = configuration;
        JsonObject header = new()
        {
            ["__metadata__"] = new JsonObject { ["format"] = "pt", [ModelCard.MetadataKey] = card.ToJsonString() },
            ["backbone.conv1.weight"] = Tensor("F32", [249_999], 0, 999_996),
            ["x"] = Tensor("BOOL", [2, 2], 999_996, 1_000_000),
        };
        return Encoding.UTF8.GetBytes(header.ToJsonString());
    }

    private static JsonObject Tensor(string type, int[] shape, int begin, int end) => new()
    {
        ["dtype"] = type,
        ["shape"] = new JsonArray([.. shape.Select(side => JsonValue.Create(side))]),
        ["data_offsets"] = new JsonArray(begin, end),
    };

    private static byte[][] Bytes(params string[] texts) => Array.ConvertAll(texts, Encoding.UTF8.GetBytes);

    private static Image Noise(int width, int height)
    {
        Image image = new(width, height);
        new Random(1).NextBytes(image.Pixels);
        return image;
    }

    private static byte[][] MakePngs()
    {
        LabelMap labels = new(6, 5);
        labels.Labels[7] = 300;
        return [Noise(6, 5).EncodePng(), labels.EncodePng(), Noise(40, 70).EncodePng()];
    }

    private static byte[] Bmp(int bits, int compression, byte[] pixels)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        int palette = bits == 8 ? 1024 : 0;
        writer.Write("BM"u8);
        writer.Write(54 + palette + pixels.Length);
        writer.Write(0);
        writer.Write(54 + palette);
        foreach (int field in new[] { 40, 4, 3 })
        {
            writer.Write(field);
        }

        writer.Write((short)1);
        writer.Write((short)bits);
        foreach (int field in new[] { compression, pixels.Length, 0, 0, 0, 0 })
        {
            writer.Write(field);
        }

        writer.Write(new byte[palette]);
        writer.Write(pixels);
        return stream.ToArray();
    }

    // ModelProto with a graph of two weights, and metadata.
    private static byte[][] MakeOnnx()
    {
        byte[] packed = Field(5, [.. Field(1, [2, 3]), 0x10, 1, .. Field(8, "w"u8), .. Field(9, new byte[24])]);
        byte[] single = Field(5, [0x08, 4, 0x10, 10, .. Field(8, "b"u8), .. Field(9, new byte[8])]);
        byte[] entry = Field(14, [.. Field(1, Encoding.UTF8.GetBytes(ModelCard.MetadataKey)), .. Field(2, Encoding.UTF8.GetBytes("{}"))]);
        return [[0x08, 8, .. Field(7, [.. packed, .. single, .. Field(2, "g"u8)]), .. Field(8, [0x10, 13]), .. entry]];
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content)
    {
        List<byte> field = [(byte)((number << 3) | 2)];
        int length = content.Length;
        for (; length >= 128; length >>= 7)
        {
            field.Add((byte)(length | 128));
        }

        return [.. field, (byte)length, .. content];
    }
}
