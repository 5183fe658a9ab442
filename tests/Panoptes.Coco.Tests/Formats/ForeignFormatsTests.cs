using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Formats;

/// <summary>Formats of labelling tools that are only read.</summary>
public sealed class ForeignFormatsTests : IDisposable
{
    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Label_Studio_gives_polygons_brushes_turned_rectangles_and_ellipses()
    {
        WriteImage("images/ein Bild #1.png");
        string brush = string.Join(',', Pack(x => x.X is >= 4 and < 7 && x.Y == 2));
        _folder.Write("export.json", $$$"""
            [{"id":1,"data":{"image":"/data/upload/1/a1b2c3d4-ein%20Bild%20%231.png"},"file_upload":"a1b2c3d4-ein Bild #1.png",
              "annotations":[{"was_cancelled":true,"result":[]},{"result":[
                {"type":"polygonlabels","original_width":40,"original_height":30,
                 "value":{"points":[[0,0],[50,0],[50,50]],"closed":true,"polygonlabels":["crate"]}},
                {"type":"brushlabels","original_width":40,"original_height":30,
                 "value":{"format":"rle","rle":[{{{brush}}}],"brushlabels":["stain"]}},
                {"type":"rectanglelabels","value":{"x":50,"y":50,"width":20,"height":10,"rotation":90,"rectanglelabels":["crate"]}},
                {"type":"ellipselabels","value":{"x":50,"y":50,"radiusX":10,"radiusY":10,"rotation":0,"ellipselabels":["disk"]}},
                {"id":"r","type":"rectangle","value":{"x":0,"y":0,"width":25,"height":50}},
                {"id":"r","type":"labels","value":{"x":0,"y":0,"width":25,"height":50,"labels":["box"]}},
                {"type":"keypointlabels","value":{"x":1,"y":1,"width":0.2,"keypointlabels":["eye"]}},
                {"type":"choices","value":{"choices":["good"]}},
                {"type":"polygonlabels","value":{"points":[[0,0]],"polygonlabels":["crate"]}}]}]},
             {"id":2,"data":{"image":"/data/upload/1/b.png"},"annotations":[]}]
            """);
        Assert.Equal(DatasetFormat.LabelStudio, DatasetFormats.Detect(_folder.Full("export.json")));

        ConversionResult result = _folder.Convert(DatasetFormat.LabelStudio, "export.json", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal("ein Bild #1.png", Assert.Single(read.Images).FileName);
        Assert.Equal(["box", "crate", "disk", "stain"], read.Categories.Select(c => c.Name));
        Assert.Equal([2, 4, 2, 3, 1], read.Annotations.Select(a => a.CategoryId));
        Assert.Equal([0, 0, 20, 0, 20, 15], read.Annotations[0].Segmentation!.Polygons[0]);
        Assert.Equal((new Box(4, 2, 7, 3), 3.0), (read.Annotations[1].Box, read.Annotations[1].Area));
        Assert.Equal(new BoxXywh(17, 15, 3, 8), read.Annotations[2].Bbox); // 8 x 3 about its corner (20, 15)
        Assert.InRange(read.Annotations[3].Area, 0.99 * Math.PI * 12, Math.PI * 12);
        Assert.Equal(new BoxXywh(0, 0, 10, 15), read.Annotations[4].Bbox);
        Assert.Equal(
            [
                (LossKind.Shapes, 1L), (LossKind.Circles, 1), (LossKind.Attributes, 1), (LossKind.UnlabeledImages, 1),
                (LossKind.InvalidObjects, 1),
            ],
            result.Losses.Select(loss => (loss.Kind, loss.Count)));
    }

    [Fact]
    public void Label_Studio_s_short_form_and_local_files_are_read()
    {
        WriteImage("images/sub/a.png");
        _folder.Write("min.json", """
            [{"image":"/data/local-files/?d=sub%5Ca.png","id":7,"annotation_id":9,"annotator":1,
              "label":[{"points":[[0,0],[50,0],[50,50]],"polygonlabels":["crate"],"original_width":40,"original_height":30}]}]
            """);
        Assert.Equal(DatasetFormat.LabelStudio, DatasetFormats.Detect(_folder.Full("min.json")));
        ConversionResult result = _folder.Convert(DatasetFormat.LabelStudio, "min.json", DatasetFormat.Coco, "c.json");
        Assert.Empty(result.Losses);
        Assert.Equal("sub/a.png", InstanceDataset.Load(_folder.Full("c.json")).Images[0].FileName);
    }

    [Fact]
    public void Cvat_s_tracks_go_through_the_frames_of_a_video()
    {
        _folder.Write("video.xml", """
            <annotations><version>1.1</version>
              <meta><task><size>6</size><original_size><width>40</width><height>30</height></original_size></task></meta>
              <track id="0" label="car">
                <box frame="0" keyframe="1" outside="0" occluded="0" xtl="0" ytl="0" xbr="10" ybr="10" z_order="0"/>
                <box frame="2" keyframe="1" outside="0" occluded="0" xtl="4" ytl="2" xbr="14" ybr="12" z_order="0"/>
                <box frame="3" keyframe="1" outside="1" occluded="0" xtl="4" ytl="2" xbr="14" ybr="12" z_order="0"/>
              </track>
              <track id="1" label="dog">
                <polygon frame="1" keyframe="1" outside="0" points="0,0;8,0;8,8"/>
                <polygon frame="3" keyframe="1" outside="0" points="2,2;10,2;10,10"/>
                <polygon frame="5" keyframe="1" outside="0" points="2,2;10,2;10,10;2,10"/>
                <polygon frame="x" points="2,2;10,2;10,10"/>
              </track>
            </annotations>
            """);
        ConversionResult result = _folder.Convert(DatasetFormat.Cvat, "video.xml", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"), new InstanceDatasetOptions { Masks = false });
        Assert.Equal([0, 1, 2, 3, 5], read.Images.Select(image => int.Parse(image.FileName[6..12], CultureInfo.InvariantCulture)));
        Assert.Equal(
            [new BoxXywh(0, 0, 10, 10), new BoxXywh(2, 1, 10, 10), new BoxXywh(4, 2, 10, 10)],
            read.Annotations.Where(a => a.CategoryId == 1).Select(a => a.Bbox));
        Assert.Equal(
            [new BoxXywh(0, 0, 8, 8), new BoxXywh(1, 1, 8, 8), new BoxXywh(2, 2, 8, 8), new BoxXywh(2, 2, 8, 8)],
            read.Annotations.Where(a => a.CategoryId == 2).Select(a => a.Bbox));
        Assert.Equal((1, 1), (ConversionFolder.Count(result, LossKind.InvalidObjects), ConversionFolder.Count(result, LossKind.IgnoredParts)));
    }

    [Theory]
    [InlineData("<size>3</size><start_frame>5</start_frame><stop_frame>15</stop_frame><frame_filter>step=5</frame_filter>", 0)]
    [InlineData("<size>3</size><start_frame>5</start_frame><frame_filter>step = 5</frame_filter>", 0)]
    [InlineData("<size>16</size><frame_filter>every 5th</frame_filter>", 1)]
    public void Cvat_s_frames_are_as_many_apart_as_its_filter_says(string task, int unread)
    {
        const string size = "<original_size><width>40</width><height>30</height></original_size>";
        _folder.Write("video.xml", $"""
            <annotations><version>1.1</version><meta><task><id>7</id>{task}{size}</task></meta>
              <track id="0" label="car" task_id="7" group_id="3">
                <box frame="5" outside="0" xtl="0" ytl="0" xbr="10" ybr="10"/>
                <box frame="15" outside="0" xtl="10" ytl="2" xbr="20" ybr="12"/>
              </track>
              <track id="1" label="dog">
                <box frame="10" outside="0" xtl="0" ytl="0" xbr="10" ybr="10"/>
                <box frame="15" outside="1" xtl="0" ytl="0" xbr="10" ybr="10"/>
              </track>
            </annotations>
            """);
        ConversionResult result = _folder.Convert(DatasetFormat.Cvat, "video.xml", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"), new InstanceDatasetOptions { Masks = false });
        int[] frames = [.. read.Images.Select(image => int.Parse(image.FileName[6..12], CultureInfo.InvariantCulture))];
        int[] expected = unread == 0 ? [5, 10, 15] : [.. Enumerable.Range(5, 11)];
        Assert.Equal(expected, frames);
        Assert.Equal(unread == 0 ? 3 : 11, read.Annotations.Count(a => a.CategoryId == 1));
        Assert.Equal(unread == 0 ? 1 : 5, read.Annotations.Count(a => a.CategoryId == 2));
        CocoImage middle = read.Images.Single(image => image.FileName[6..12] == "000010");
        Assert.Contains(
            new BoxXywh(5, 1, 10, 10), read.AnnotationsOf(read.IndexOfImage(middle.Id)).Select(a => a.Bbox)); // half of the way
        Assert.Equal(unread, ConversionFolder.Count(result, LossKind.IgnoredParts));
        Assert.Equal(["group_id"], result.Losses.Single(loss => loss.Kind == LossKind.Attributes).Examples);
    }

    [Fact]
    public void Cvat_s_tracks_of_several_tasks_are_refused_since_their_frames_have_the_same_numbers()
    {
        _folder.Write("video.xml", """
            <annotations><version>1.1</version><meta><project><tasks><task><id>7</id></task><task><id>8</id></task></tasks></project></meta>
              <track id="0" label="car" task_id="7"><box frame="0" outside="0" xtl="0" ytl="0" xbr="10" ybr="10"/></track>
              <track id="1" label="car" task_id="8"><box frame="0" outside="0" xtl="0" ytl="0" xbr="10" ybr="10"/></track>
            </annotations>
            """);
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Cvat, "video.xml", DatasetFormat.Coco, "c.json"));
        Assert.Contains("the tracks belong to 2 tasks (7, 8)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cvat_s_groups_and_all_attributes_are_named()
    {
        _folder.Write("a.xml", """
            <annotations><image name="a.png" width="40" height="30">
              <box label="crate" source="manual" occluded="1" group_id="4" xtl="10" ytl="10" xbr="18" ybr="14" score="0.5"/>
              <polygon label="crate" group_id="4" points="0,0;20,0;20,15" z_order="1"/>
            </image></annotations>
            """);
        ConversionResult result = _folder.Convert(DatasetFormat.Cvat, "a.xml", DatasetFormat.Coco, "c.json");
        ConversionLoss loss = result.Losses.Single(l => l.Kind == LossKind.Attributes);
        Assert.Equal(4, loss.Count);
        Assert.Equal(["group_id", "occluded", "score"], loss.Examples);
    }

    [Fact]
    public void Label_Studio_s_other_labels_of_a_region_are_named()
    {
        _folder.Write("l/export.json", """
            [{"data":{"image":"a.png"},"annotations":[{"result":[{"original_width":40,"original_height":30,
              "value":{"points":[[0,0],[50,0],[50,50]],"polygonlabels":["Car","Damaged"]}}]}]}]
            """);
        ConversionResult result = _folder.Convert(DatasetFormat.LabelStudio, "l/export.json", DatasetFormat.Coco, "c.json");
        Assert.Equal("Car", Assert.Single(InstanceDataset.Load(_folder.Full("c.json")).Categories).Name);
        Assert.Equal("label Damaged", Assert.Single(Assert.Single(result.Losses, l => l.Kind == LossKind.Attributes).Examples));
    }

    [Fact]
    public void Cvat_gives_polygons_masks_and_turned_boxes()
    {
        WriteImage("d/images/default/a.png");
        _folder.Write("d/annotations.xml", """
            <?xml version="1.0" encoding="utf-8"?>
            <annotations><version>1.1</version>
              <meta><job><labels><label><name>pallet</name></label><label><name>crate</name></label></labels></job></meta>
              <image id="0" name="a.png" subset="default" width="40" height="30">
                <polygon label="crate" source="manual" occluded="1" points="0.0,0.0;20.0,0.0;20.0,15.0" z_order="1"/>
                <mask label="crate" occluded="0" rle="1, 2, 3" left="4" top="2" width="3" height="2" z_order="0"/>
                <box label="pallet" xtl="10" ytl="10" xbr="18" ybr="14" rotation="90.0" z_order="2"/>
                <box label="pallet" xtl="10" ytl="10" xbr="18" ybr="14" z_order="3"><attribute name="color">red</attribute></box>
                <ellipse label="crate" cx="10" cy="10" rx="4" ry="2" z_order="4"/>
                <polyline label="crate" points="1,1;2,2"/><points label="crate" points="1,1"/>
                <polygon label="crate" points="1,1;x,2;3,3"/>
                <mask label="crate" rle="1,2" left="39" top="2" width="3" height="1"/>
              </image>
              <track id="0" label="crate"/>
            </annotations>
            """);
        Assert.Equal(DatasetFormat.Cvat, DatasetFormats.Detect(_folder.Full("d")));
        Assert.Equal(DatasetFormat.Cvat, DatasetFormats.Detect(_folder.Full("d/annotations.xml")));

        ConversionResult result = _folder.Convert(DatasetFormat.Cvat, "d", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"), new InstanceDatasetOptions { Masks = false });
        Assert.Equal("default/a.png", Assert.Single(read.Images).FileName);
        Assert.Equal(["pallet", "crate"], read.Categories.Select(c => c.Name));
        Assert.Equal(
            [
                new BoxXywh(5, 2, 2, 1), new BoxXywh(0, 0, 20, 15), new BoxXywh(12, 8, 4, 8), new BoxXywh(10, 10, 8, 4),
                new BoxXywh(6, 8, 8, 4),
            ],
            read.Annotations.Select(a => a.Bbox));
        Assert.Equal(
            [
                (LossKind.NoOutline, 1L), (LossKind.Shapes, 2), (LossKind.Circles, 1), (LossKind.Attributes, 2),
                (LossKind.InvalidObjects, 2),
            ],
            result.Losses.Select(loss => (loss.Kind, loss.Count)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cityscapes_gives_objects_groups_and_stuff(bool png)
    {
        const string stem = "cs/gtFine/train/aachen/aachen_000001_000019_gtFine";
        WriteImage("cs/leftImg8bit/train/aachen/aachen_000001_000019_leftImg8bit.png");
        _folder.Write(stem + "_polygons.json", """
            {"imgHeight":30,"imgWidth":40,"objects":[
              {"label":"road","polygon":[[0,0],[40,0],[40,30],[0,30]]},
              {"label":"car","polygon":[[0,0],[10,0],[10,10],[0,10]]},
              {"label":"car","polygon":[[5,0],[15,0],[15,10],[5,10]]},
              {"label":"cargroup","polygon":[[20,20],[30,20],[30,30],[20,30]]},
              {"label":"ego vehicle","polygon":[[0,28],[10,28],[10,30],[0,30]]},
              {"label":"person","deleted":1,"polygon":[[0,0],[40,0],[40,30],[0,30]]}]}
            """);
        if (png)
        {
            ushort[] ids = new ushort[40 * 30];
            Array.Fill(ids, (ushort)7);
            Fill(ids, 0, 5, 0, 10, 26000);
            Fill(ids, 5, 15, 0, 10, 26001);
            Fill(ids, 20, 30, 20, 30, 26);
            Fill(ids, 0, 10, 28, 30, 1);
            File.WriteAllBytes(_folder.Full(stem + "_instanceIds.png"), PngEncoder.EncodeGray16(ids, 40, 30));
        }

        Assert.Equal(DatasetFormat.Cityscapes, DatasetFormats.Detect(_folder.Full("cs")));
        Assert.Equal(["train"], DatasetFormats.PartsOf(DatasetFormat.Cityscapes, _folder.Full("cs")));
        ConversionResult result = _folder.Convert(DatasetFormat.Cityscapes, "cs", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal("train/aachen/aachen_000001_000019_leftImg8bit.png", Assert.Single(read.Images).FileName);
        Assert.Equal([(true, 100.0), (false, 50), (false, 100)], read.Annotations.Select(a => (a.IsCrowd, a.Area)));
        Assert.All(read.Annotations, a => Assert.Equal("car", read.Categories[read.IndexOfCategory(a.CategoryId)].Name));
        Assert.Equal((1, 20), (ConversionFolder.Count(result, LossKind.Stuff), ConversionFolder.Count(result, LossKind.VoidPixels)));

        result = _folder.Convert(DatasetFormat.Cityscapes, "cs", DatasetFormat.Panoptic, "p.json");
        Assert.Equal((1, 4, 19), (result.Images, result.Objects, result.Classes));
    }

    [Fact]
    public void Supervisely_gives_polygons_with_holes_and_bitmaps()
    {
        WriteImage("s/ds/img/a.png");
        byte[] png = PngEncoder.Encode([0, 1, 1, 1], 2, 2, 2, PixelFormat.Gray8);
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(png);
        }

        string bitmap = Convert.ToBase64String(packed.ToArray());
        _folder.Write("s/meta.json", """{"classes":[{"title":"crate","shape":"polygon"},{"title":"stain","shape":"bitmap"}],"tags":[]}""");
        _folder.Write("s/ds/ann/a.png.json", $$$"""
            {"size":{"height":30,"width":40},"tags":[],"objects":[
              {"classTitle":"crate","geometryType":"polygon","points":{"exterior":[[0,0],[10,0],[10,10],[0,10]],"interior":[]}},
              {"classTitle":"crate","geometryType":"polygon",
               "points":{"exterior":[[0,0],[10,0],[10,10],[0,10]],"interior":[[[2,2],[6,2],[6,6],[2,6]]]}},
              {"classTitle":"stain","geometryType":"bitmap","bitmap":{"data":"{{{bitmap}}}","origin":[5,7]}},
              {"classTitle":"crate","geometryType":"rectangle","points":{"exterior":[[1,2],[11,12]],"interior":[]}},
              {"classTitle":"crate","geometryType":"point","points":{"exterior":[[1,2]],"interior":[]}},
              {"classTitle":"stain","geometryType":"bitmap","bitmap":{"data":"AAAA","origin":[5,7]}}]}
            """);
        Assert.Equal(DatasetFormat.Supervisely, DatasetFormats.Detect(_folder.Full("s")));
        ConversionResult result = _folder.Convert(DatasetFormat.Supervisely, "s", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal("a.png", Assert.Single(read.Images).FileName);
        Assert.Equal([100.0, 84, 3, 100], read.Annotations.Select(a => a.Area));
        Assert.Equal(new Box(5, 7, 7, 9), read.Annotations[2].Box);
        Assert.Equal([(LossKind.Shapes, 1L), (LossKind.InvalidObjects, 1)], result.Losses.Select(loss => (loss.Kind, loss.Count)));
    }

    [Theory]
    [InlineData("s")]
    [InlineData("s/ds1/datasets")]
    public void Supervisely_s_datasets_in_datasets_are_read(string below)
    {
        const string rectangle =
            """{"classTitle":"crate","geometryType":"rectangle","points":{"exterior":[[1,2],[11,12]],"interior":[]}}""";
        _folder.Write("s/meta.json", """{"classes":[{"title":"crate","shape":"rectangle"}],"tags":[]}""");
        foreach ((string dataset, string image) in new[] { ("s/ds1", "a"), ($"{below}/ds2", "b") })
        {
            WriteImage($"{dataset}/img/{image}.png");
            _folder.Write(
                $"{dataset}/ann/{image}.png.json", $$"""{"size":{"height":30,"width":40},"tags":[],"objects":[{{rectangle}}]}""");
        }

        ConversionResult result = _folder.Convert(DatasetFormat.Supervisely, "s", DatasetFormat.Coco, "c.json");
        Assert.Equal((2, 2), (result.Images, result.Objects));
        string[] expected = ["ds1/img/a.png", $"{below}/ds2/img/b.png"["s/".Length..]];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            InstanceDataset.Load(_folder.Full("c.json")).Images.Select(image => image.FileName).Order(StringComparer.Ordinal));
        Assert.Equal(["ds1", "ds2"], DatasetFormats.PartsOf(DatasetFormat.Supervisely, _folder.Full("s")));
    }

    [Fact]
    public void Supervisely_s_bitmaps_with_alpha_are_where_they_are_not_transparent()
    {
        // Black where the object is, and white where it is not: only alpha tells. Its rows make the encoder choose filters.
        const int side = 9;
        byte[] colors = new byte[side * side * 4];
        int inside = 0;
        for (int i = 0; i < side * side; i++)
        {
            bool belongs = (i % side) + (i / side) >= side;
            inside += belongs ? 1 : 0;
            byte[] color = belongs ? [0, 0, 0, (byte)(i + 1)] : [255, 255, (byte)i, 0];
            color.CopyTo(colors.AsSpan(4 * i));
        }

        byte[] png = PngEncoder.Encode(colors, side, side, 4 * side, PixelFormat.Rgba32);
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(png);
        }

        WriteImage("s/ds/img/a.png");
        _folder.Write("s/meta.json", """{"classes":[{"title":"stain","shape":"bitmap"}],"tags":[]}""");
        _folder.Write("s/ds/ann/a.png.json", $$$"""
            {"size":{"height":30,"width":40},"tags":[],"objects":[{"classTitle":"stain","geometryType":"bitmap",
              "bitmap":{"data":"{{{Convert.ToBase64String(packed.ToArray())}}}","origin":[5,7]}}]}
            """);
        _folder.Convert(DatasetFormat.Supervisely, "s", DatasetFormat.Coco, "c.json");
        CocoAnnotation read = Assert.Single(InstanceDataset.Load(_folder.Full("c.json")).Annotations);
        Assert.Equal(((double)inside, new Box(6, 8, 14, 16)), (read.Area, read.Box));
    }

    [Fact]
    public void Datumaro_s_boxes_of_a_group_stay_and_a_box_next_to_outlines_that_is_not_theirs_is_named()
    {
        _folder.Write("d/annotations/default.json", """
            {"categories":{"label":{"labels":[{"name":"crate"}]}},
             "items":[{"id":"a","image":{"path":"a.png","size":[30,40]},"annotations":[
               {"type":"bbox","label_id":0,"group":1,"bbox":[0,0,4,4]},
               {"type":"bbox","label_id":0,"group":1,"bbox":[10,10,4,4],"attributes":{"occluded":true,"color":"red"}},
               {"type":"polygon","label_id":0,"group":2,"points":[20,0,30,0,30,10]},
               {"type":"bbox","label_id":0,"group":2,"bbox":[20,0,10,10]},
               {"type":"bbox","label_id":0,"group":2,"bbox":[0,20,5,5]}]}]}
            """);
        ConversionResult result = _folder.Convert(DatasetFormat.Datumaro, "d/annotations/default.json", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"), new InstanceDatasetOptions { Masks = false });
        Assert.Equal(
            [new BoxXywh(0, 0, 4, 4), new BoxXywh(10, 10, 4, 4), new BoxXywh(20, 0, 10, 10)], read.Annotations.Select(a => a.Bbox));
        Assert.Equal(
            [(LossKind.NoOutline, 2L), (LossKind.Attributes, 2), (LossKind.BoxesAndAreas, 1)],
            result.Losses.Select(loss => (loss.Kind, loss.Count)));
        Assert.EndsWith("annotations[4]", Assert.Single(result.Losses[^1].Examples), StringComparison.Ordinal);
    }

    [Fact]
    public void Datumaro_gives_polygons_masks_and_groups()
    {
        WriteImage("d/images/default/a.png");
        string counts = Rle.FromBox(new Box(1, 1, 3, 3), 30, 40).ToCompressedString().Replace("\\", "\\\\", StringComparison.Ordinal);
        _folder.Write("d/annotations/default.json", $$$"""
            {"info":{},"categories":{"label":{"labels":[{"name":"crate","parent":"","attributes":[]},{"name":"stain"}]}},
             "items":[{"id":"a","image":{"path":"a.png","size":[30,40]},"annotations":[
               {"id":1,"type":"polygon","label_id":0,"group":3,"points":[0,0,4,0,4,4,0,4],"attributes":{"occluded":false}},
               {"id":2,"type":"polygon","label_id":0,"group":3,"points":[6,0,10,0,10,4,6,4]},
               {"id":3,"type":"mask","label_id":1,"group":0,"rle":{"counts":"{{{counts}}}","size":[30,40]},"attributes":{"is_crowd":true}},
               {"id":4,"type":"bbox","label_id":1,"group":0,"bbox":[10,10,8,4],"attributes":{"rotation":90.0}},
               {"id":5,"type":"points","label_id":1,"points":[1,1]},
               {"id":6,"type":"label","label_id":1},
               {"id":7,"type":"polygon","label_id":9,"points":[0,0,4,0,4,4]}]}]}
            """);
        Assert.Equal(DatasetFormat.Datumaro, DatasetFormats.Detect(_folder.Full("d/annotations/default.json")));
        ConversionResult result = _folder.Convert(DatasetFormat.Datumaro, "d/annotations/default.json", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal("default/a.png", Assert.Single(read.Images).FileName);
        Assert.Equal([(1, false, 32.0), (2, true, 4), (2, false, 32)], read.Annotations.Select(a => (a.CategoryId, a.IsCrowd, a.Area)));
        Assert.Equal(2, read.Annotations[0].Segmentation!.Polygons.Count);
        Assert.Equal(
            [(LossKind.Shapes, 1L), (LossKind.Attributes, 1), (LossKind.InvalidObjects, 1)],
            result.Losses.Select(loss => (loss.Kind, loss.Count)));
    }

    [Fact]
    public void LabelMe_skips_a_bad_shape_and_a_bad_file_and_reads_what_other_tools_add()
    {
        JsonObject file = new()
        {
            ["shapes"] = JsonNode.Parse("""
                [{"label":3.0,"shape_type":"rotation","points":[[0,0],[4,0],[4,4],[0,4]],"direction":0.5,"difficult":true,"secret":1},
                 {"label":"x","shape_type":"polygon","points":[[0,0]]}]
                """),
            ["imagePath"] = "C:\\Users\\me\\a.png",
            ["imageHeight"] = 30,
            ["imageWidth"] = 40,
        };
        WriteImage("l/a.png");
        _folder.Write("l/a.json", file.ToJsonString());
        _folder.Write("l/b.json", "{\"shapes\":[");
        File.WriteAllBytes(_folder.Full("l/c.json"), Encoding.Unicode.GetPreamble().Concat(
            Encoding.Unicode.GetBytes("""{"shapes":[],"imagePath":"a.png","imageHeight":30,"imageWidth":40}""")).ToArray());
        ConversionResult result = _folder.Convert(DatasetFormat.LabelMe, "l", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"));
        Assert.Equal(["a.png", "a.png"], read.Images.Select(image => image.FileName));
        Assert.Equal("3", Assert.Single(read.Categories).Name);
        Assert.Equal(16, Assert.Single(read.Annotations).Area);
        Assert.Equal(
            [(LossKind.Attributes, 1L), (LossKind.InvalidObjects, 1), (LossKind.InvalidFiles, 1), (LossKind.UnknownKeys, 1)],
            result.Losses.Select(loss => (loss.Kind, loss.Count)));
    }

    [Theory]
    [InlineData(DatasetFormat.Cvat, "a.xml", "<annotations/>")]
    [InlineData(DatasetFormat.Cvat, "a.xml", "<annotation/>")]
    [InlineData(DatasetFormat.LabelStudio, "a.json", "[]")]
    [InlineData(DatasetFormat.LabelStudio, "a.json", "7")]
    [InlineData(DatasetFormat.LabelStudio, "a.json", """[7,{"data":{"image":"\ud800.png"},"annotations":[{"result":[]}]}]""")]
    [InlineData(DatasetFormat.Datumaro, "a.json", """{"items":{}}""")]
    [InlineData(DatasetFormat.Supervisely, "a", "")]
    [InlineData(DatasetFormat.Cityscapes, "a", "")]
    public void What_holds_no_dataset_is_refused(DatasetFormat format, string name, string text)
    {
        _folder.Write(name, text);
        Assert.Throws<InputException>(() => _folder.Convert(format, name, DatasetFormat.Coco, "c.json"));
        InputException error = Assert.Throws<InputException>(() => _folder.Convert(DatasetFormat.Coco, "c.json", format, "out"));
        Assert.Contains("is read only", error.Message, StringComparison.Ordinal);
    }

    private static void Fill(ushort[] ids, int left, int right, int top, int bottom, ushort value)
    {
        for (int y = top; y < bottom; y++)
        {
            Array.Fill(ids, value, (y * 40) + left, right - left);
        }
    }

    /// <summary>A mask as Label Studio packs it: four bytes a pixel, here half in runs and half word by word.</summary>
    private static byte[] Pack(Func<(int X, int Y), bool> inside)
    {
        byte[] words = new byte[40 * 30 * 4];
        for (int i = 0; i < 40 * 30; i++)
        {
            words.AsSpan(4 * i, 4).Fill((byte)(inside((i % 40, i / 40)) ? 255 : 0));
        }

        StringBuilder bits = new();
        Add(words.Length, 32);
        Add(7, 5); // words of 8 bits
        foreach (int width in new[] { 3, 4, 8, 16 })
        {
            Add(width - 1, 4);
        }

        for (int at = 0; at < words.Length;)
        {
            int run = 1;
            while (at + run < words.Length && words[at + run] == words[at])
            {
                run++;
            }

            if (run > 8)
            {
                (int choice, int width) = run <= 256 ? (2, 8) : (3, 16);
                Add(1, 1);
                Add(choice, 2);
                Add(run - 1, width);
                Add(words[at], 8);
                at += run;
                continue;
            }

            int single = Math.Min(8, words.Length - at);
            Add(0, 1);
            Add(0, 2);
            Add(single - 1, 3);
            for (int i = 0; i < single; i++)
            {
                Add(words[at++], 8);
            }
        }

        bits.Append('0', (8 - (bits.Length % 8)) % 8);
        return [.. bits.ToString().Chunk(8).Select(eight => Convert.ToByte(new string(eight), 2))];

        void Add(int value, int width) => bits.Append(Convert.ToString(value, 2).PadLeft(width, '0'));
    }

    private void WriteImage(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Full(name))!);
        new Image(40, 30).SavePng(_folder.Full(name));
    }
}
