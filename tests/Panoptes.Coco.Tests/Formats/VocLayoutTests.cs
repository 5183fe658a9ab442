using System.Text;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Formats;

/// <summary>VOC datasets as other tools lay them out.</summary>
public sealed class VocLayoutTests : IDisposable
{
    private const string Box = "<bndbox><xmin>3</xmin><xmax>12</xmax><ymin>2</ymin><ymax>11</ymax></bndbox>";

    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("JPEGImages", "Annotations")]
    [InlineData("images", "annotations")]
    [InlineData(".", ".")]
    [InlineData("train", "train")]
    public void Outlines_of_labelling_tools_are_read_in_every_layout(string images, string annotations)
    {
        WriteImage($"v/{images}/a.b.png");
        _folder.Write($"v/{annotations}/a.b.xml", Xml(
            $"<object><name>crate</name>{Box}<polygon><x2>12</x2><y2>2</y2><x1>2</x1><y1>2</y1><x3>2</x3><y3>10</y3></polygon></object>"
            + "<object><name>old</name><polygon>"
            + "<pt><x>1</x><y>1</y></pt><pt><x>5</x><y>1</y></pt><pt><x>5</x><y>5</y></pt></polygon></object>"
            + "<object><name>turned</name>"
            + "<robndbox><cx>20</cx><cy>15</cy><w>8</w><h>4</h><angle>1.5707963267948966</angle></robndbox></object>"
            + $"<object><name>gone</name><deleted>1</deleted>{Box}</object>"));
        Assert.Equal(DatasetFormat.Voc, DatasetFormats.Detect(_folder.Full("v")));

        ConversionResult result = _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Empty(result.Losses);
        Assert.Equal(["crate", "old", "turned"], read.Categories.Select(c => c.Name));
        Assert.Equal([40.0, 8, 32], read.Annotations.Select(a => a.Area));
        Assert.Equal(new Masks.BoxXywh(18, 11, 4, 8), read.Annotations[2].Bbox);
        Assert.EndsWith("a.b.png", Assert.Single(read.Images).FileName, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_that_are_not_read_are_named_and_a_bad_object_or_file_is_skipped()
    {
        WriteImage("v/JPEGImages/a.png");
        WriteImage("v/JPEGImages/b.png");
        _folder.Write("v/Annotations/a.xml", Xml(
            $"<object><name>crate</name>{Box}<weight>7</weight></object><object><name>bad</name><bndbox><xmin>x</xmin></bndbox></object>"));
        _folder.Write("v/Annotations/b.xml", "<annotation><object>");
        _folder.Write(
            "v/Annotations/c.xml", Xml($"<object><name>crate</name>{Box}</object>").Replace("a.png", "c.png", StringComparison.Ordinal));
        ConversionResult result = _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json");
        Assert.Equal((2, 2), (result.Images, result.Objects)); // c has no image, but its size is stated
        Assert.Equal(
            [
                (LossKind.NoOutline, 2L), (LossKind.InvalidObjects, 1), (LossKind.InvalidFiles, 1), (LossKind.LabelsWithoutImage, 1),
                (LossKind.UnknownKeys, 1),
            ],
            result.Losses.Select(loss => (loss.Kind, loss.Count)));
        Assert.Equal("object.weight", result.Losses[^1].Examples[0]);
    }

    [Theory]
    [InlineData("a\n", 1)]
    [InlineData("\n", 2)] // names nothing
    [InlineData(null, 2)]
    public void Annotations_that_no_list_names_are_named_and_an_empty_folder_of_lists_is_none(string? list, int images)
    {
        foreach (string name in new[] { "a", "b" })
        {
            WriteImage($"v/JPEGImages/{name}.png");
            _folder.Write($"v/Annotations/{name}.xml", Xml($"<object><name>crate</name>{Box}</object>"));
        }

        Directory.CreateDirectory(_folder.Full("v/ImageSets/Segmentation"));
        if (list is not null)
        {
            _folder.Write("v/ImageSets/Segmentation/train.txt", list);
        }

        ConversionResult result = _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json");
        Assert.Equal((images, 2 - images), (result.Images, ConversionFolder.Count(result, LossKind.IgnoredParts)));
        Assert.All(
            result.Losses.Where(loss => loss.Kind == LossKind.IgnoredParts),
            loss => Assert.StartsWith("b: no list in ", Assert.Single(loss.Examples), StringComparison.Ordinal));
        if (images == 1)
        {
            result = _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json", o => o with { Split = "train" });
            Assert.Equal(0, ConversionFolder.Count(result, LossKind.IgnoredParts));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Masks_painted_in_colors_are_read_by_the_palette_and_by_labelmap(bool xml)
    {
        byte[] objects = [0, 0, 0, 128, 0, 0, 0, 128, 0, 0, 128, 0];
        byte[] classes = [0, 0, 0, 250, 50, 83, 51, 221, 255, 51, 221, 255];
        WritePng("v/SegmentationObject/p.png", objects);
        WritePng("v/SegmentationClass/p.png", classes);
        _folder.Write(
            "v/labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncrate:250,50,83::\npallet: a:51,221,255::\n");
        if (xml)
        {
            _folder.Write(
                "v/Annotations/p.xml",
                $"<annotation><object><name>crate</name>{Box}</object><object><name>pallet: a</name>{Box}</object></annotation>");
        }

        ConversionResult result = _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Empty(result.Losses);
        Assert.Equal(["crate", "pallet: a"], read.Categories.Select(c => c.Name));
        Assert.Equal([(1, 1.0), (2, 2.0)], read.Annotations.Select(a => (a.CategoryId, a.Area)));
    }

    [Fact]
    public void Objects_in_colors_of_no_palette_are_told_apart_and_a_color_of_no_class_is_named()
    {
        WritePng("v/SegmentationObject/p.png", [0, 0, 0, 1, 2, 3, 9, 9, 9, 9, 9, 9]);
        WritePng("v/SegmentationClass/p.png", [0, 0, 0, 250, 50, 83, 7, 7, 7, 7, 7, 7]);
        _folder.Write("v/labelmap.txt", "background:0,0,0::\ncrate:250,50,83::\n");
        ConversionResult result = _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json");
        Assert.Equal(1, result.Objects);
        string loss = Assert.Single(result.Losses).ToString();
        Assert.Contains("color 7,7,7, which no line of labelmap.txt has", loss, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gb2312", true, null)]
    [InlineData("gb2312", false, "gb2312")]
    [InlineData("utf-16", true, null)]
    [InlineData("utf-8", true, null)]
    public void Texts_are_read_in_the_encoding_that_they_have(string encoding, bool declared, string? option)
    {
        Encoding code = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        string text = Xml($"<object><name>箱子</name>{Box}</object>");
        Directory.CreateDirectory(_folder.Full("v/Annotations"));
        WriteImage("v/JPEGImages/a.png");
        string head = declared ? $"<?xml version=\"1.0\" encoding=\"{encoding}\"?>" : "";
        byte[] bytes = [.. code.GetPreamble(), .. code.GetBytes(head + text)];
        File.WriteAllBytes(_folder.Full("v/Annotations/a.xml"), bytes);

        _folder.Convert(DatasetFormat.Voc, "v", DatasetFormat.Coco, "c.json", o => o with { Encoding = option });
        Assert.Equal("箱子", Assert.Single(InstanceDataset.Load(_folder.Full("c.json")).Categories).Name);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_an_error_that_names_file_and_line()
    {
        WriteImage("y/images/a.png");
        _folder.Write("y/labels/a.txt", "0 0.1 0.1 0.5 0.1 0.5 0.5\n");
        File.WriteAllBytes(_folder.Full("y/data.yaml"), [.. "train: images\nnames: ["u8, 0xCF, 0xE4, .. "]\n"u8]);
        InputException error = Assert.Throws<InputException>(() => _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json"));
        Assert.Contains("data.yaml: line 2: has bytes that are not UTF-8", error.Message, StringComparison.Ordinal);
        _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json", o => o with { Encoding = "gb2312" });
        Assert.Equal("箱", Assert.Single(InstanceDataset.Load(_folder.Full("c.json")).Categories).Name);
        error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json", o => o with { Encoding = "klingon" }));
        Assert.Contains("ConversionOptions.Encoding: the encoding 'klingon' is unknown", error.Message, StringComparison.Ordinal);
    }

    private static string Xml(string objects) =>
        $"<annotation><filename>a.png</filename><size><width>40</width><height>30</height><depth>3</depth></size>{objects}</annotation>";

    private void WriteImage(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Full(name))!);
        new Image(40, 30).SavePng(_folder.Full(name));
    }

    private void WritePng(string name, byte[] colors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Full(name))!);
        File.WriteAllBytes(_folder.Full(name), PngEncoder.Encode(colors, 4, 1, 12, PixelFormat.Rgb24));
    }
}
