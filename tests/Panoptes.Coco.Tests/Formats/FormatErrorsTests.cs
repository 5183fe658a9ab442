using Panoptes.Coco.Formats;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Formats;

public sealed class FormatErrorsTests : IDisposable
{
    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0 0.1 0.1 0.2 0.2 0.3", "line 1: has 5 numbers behind the class")]
    [InlineData("0 0 0 1 0 1 1\n2 0 0 1 0 1 1", "line 2: the class is '2'; it must be an index from 0 to 1")]
    [InlineData("0 0 0 1 0 x 1", "line 1: has the coordinate 'x'")]
    [InlineData("0 0 0 12 0 1 1", "line 1: has the coordinate '12'; it must be a share")]
    [InlineData("-1 0 0 1 0 1 1", "line 1: the class is '-1'")]
    public void A_wrong_line_of_YOLO_is_named(string labels, string message)
    {
        WriteImage("y/images/a.png");
        _folder.Write("y/data.yaml", "train: images\nnames:\n  0: cat\n  1: dog\n");
        _folder.Write("y/labels/a.txt", labels);
        Refused(message, DatasetFormat.Yolo, "y");
    }

    [Theory]
    [InlineData("train: images\n", "the key names is missing or no list")]
    [InlineData("train: images\nnames: {0: a, 2: b}\n", "names has 2 classes, but none with the index 1")]
    [InlineData("train: nowhere\nnames: [a]\n", "no such folder of images")]
    [InlineData("names: [a, b]\nwhat is this\n", "data.yaml:2: is not YAML")]
    [InlineData("train: images\nnames: [a, a]\n", "the class 'a' occurs twice")]
    public void A_wrong_data_yaml_is_named(string yaml, string message)
    {
        WriteImage("y/images/a.png");
        _folder.Write("y/data.yaml", yaml);
        Refused(message, DatasetFormat.Yolo, "y");
    }

    [Theory]
    [InlineData("""{"label":"a","points":[[0,0],[1,1]],"shape_type":"polygon"}""", "a polygon has 3 or more")]
    [InlineData("""{"label":"a","points":[[0,0],[1],[2,2]]}""", "points[1] is [1]; it must be two numbers")]
    [InlineData("""{"points":[[0,0],[1,0],[2,2]]}""", "the key label is missing")]
    [InlineData("""{"label":"a","points":[[0,0],[1,1]],"shape_type":"star"}""", "shape_type is 'star'; it must be polygon, rectangle")]
    [InlineData("""{"label":"a","points":[[0,0],[1,1]],"shape_type":"mask","mask":"?"}""", "the key mask must hold a PNG in base64")]
    [InlineData("7", "is not an object")]
    public void A_wrong_shape_of_LabelMe_is_named(string shape, string message)
    {
        _folder.Write("l/a.json", $$"""{"shapes":[{{shape}}],"imagePath":"a.png","imageWidth":4,"imageHeight":4}""");
        Assert.Contains("a.json: shapes[0]", Refused(message, DatasetFormat.LabelMe, "l"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_LabelMe_file_that_is_something_else_is_named()
    {
        _folder.Write("l/a.json", "{\"images\":[]}");
        Refused("a.json: holds no object with the list 'shapes'", DatasetFormat.LabelMe, "l");
        _folder.Write("l/a.json", "{\"shapes\":[");
        Refused("a.json: not valid JSON at line 1", DatasetFormat.LabelMe, "l");
    }

    [Theory]
    [InlineData("<object><name>dog</name></object>", "object 1: is missing the element bndbox")]
    [InlineData("<object><bndbox/></object>", "object 1: is missing the element name")]
    [InlineData("<object><name>dog</name><bndbox><xmin>a</xmin></bndbox></object>", "bndbox.xmin is 'a'; it must be a number")]
    [InlineData("<object>", "not valid XML")]
    [InlineData("", "lists 0 objects, but SegmentationObject has the number 1")]
    public void A_wrong_annotation_of_VOC_is_named(string objects, string message)
    {
        LabelMap map = new(4, 4);
        map.Row(0)[0] = 1;
        Directory.CreateDirectory(_folder.Full("v/SegmentationObject"));
        map.SavePng(_folder.Full("v/SegmentationObject/a.png"));
        _folder.Write("v/Annotations/a.xml", $"<annotation>{objects}</annotation>");
        Assert.Contains("a.xml", Refused(message, DatasetFormat.Voc, "v"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_without_its_image_or_of_another_size_is_named()
    {
        WriteImage("m/PNGImages/b.png");
        Directory.CreateDirectory(_folder.Full("m/PedMasks"));
        new LabelMap(5, 5).SavePng(_folder.Full("m/PedMasks/a_mask.png"));
        Refused("has no image a (.jpg, .jpeg, .png, .webp, .tif, .tiff, .bmp, .gif, .avif)", DatasetFormat.Masks, "m");
        WriteImage("m/PNGImages/a.png");
        Refused("a_mask.png: is 5x5, but its image a.png is 40x30", DatasetFormat.Masks, "m");
        Refused("names 2 classes", DatasetFormat.Masks, "m", o => o with { Classes = "a,b" });
    }

    [Fact]
    public void Two_channels_without_the_classes_or_with_blue_are_refused()
    {
        LabelMap map = new(4, 4);
        map.Row(0)[0] = 0x10001;
        Directory.CreateDirectory(_folder.Full("c"));
        map.SavePng(_folder.Full("c/a.png"));
        Refused("ConversionOptions.Classes: two channels hold numbers", DatasetFormat.PanopticTwoChannel, "c");
        string classes = _folder.Write("classes.json", """[{"id":1,"name":"x","isthing":1}]""");
        Refused("has blue", DatasetFormat.PanopticTwoChannel, "c", o => o with { Classes = classes });
        map.Row(0)[0] = 2;
        map.SavePng(_folder.Full("c/a.png"));
        Refused("has the class 2 in red", DatasetFormat.PanopticTwoChannel, "c", o => o with { Classes = classes });
        classes = _folder.Write("classes.json", """[{"id":1,"name":"x"}]""");
        Refused("is missing the key isthing", DatasetFormat.PanopticTwoChannel, "c", o => o with { Classes = classes });
    }

    [Theory]
    [InlineData("../a.png", "must be a relative path that stays in its folder")]
    [InlineData("/a.png", "must be a relative path that stays in its folder")]
    [InlineData("", "must be a relative path that stays in its folder")]
    public void An_image_that_leads_out_of_the_folder_is_refused(string name, string message)
    {
        _folder.Write(
            "all.json", $$"""{"images":[{"id":1,"file_name":"{{name}}","width":4,"height":4}],"categories":[],"annotations":[]}""");
        DatasetFormat[] formats =
        [
            DatasetFormat.Yolo, DatasetFormat.LabelMe, DatasetFormat.Voc, DatasetFormat.Masks, DatasetFormat.PanopticTwoChannel,
        ];
        foreach (DatasetFormat to in formats)
        {
            InputException error = Assert.Throws<InputException>(() => _folder.Convert(DatasetFormat.Coco, "all.json", to, "out"));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder.Full("out")));
        }
    }

    [Fact]
    public void Two_images_of_one_name_are_refused()
    {
        _folder.Write("all.json", """
            {"images":[{"id":1,"file_name":"a.png","width":4,"height":4},{"id":2,"file_name":"a.jpg","width":4,"height":4}],
             "categories":[],"annotations":[]}
            """);
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "out"));
        Assert.Contains("a.jpg has the name of another one but for its extension", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_whose_size_is_nowhere_to_be_found_is_named()
    {
        _folder.Write("all.json", """{"images":[{"id":1,"file_name":"a.png"}],"categories":[],"annotations":[]}""");
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Masks, "out"));
        Assert.Contains("the size of a.png is not stated", error.Message, StringComparison.Ordinal);
        WriteImage("images/a.png");
        _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Masks, "out", o => o with { Images = _folder.Full("images") });
        Assert.Equal(40, LabelMap.Load(_folder.Full("out/PedMasks/a_mask.png")).Width);
    }

    [Fact]
    public void Another_part_joins_a_YOLO_data_set_of_the_same_classes_only()
    {
        WriteOneClass("x");
        _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "y", o => o with { Split = "train" });
        _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "y", o => o with { Split = "test" });
        Assert.Equal(
            "train: images/train\nval: images/train\ntest: images/test\nnames:\n  0: x\n", File.ReadAllText(_folder.Full("y/data.yaml")));

        WriteOneClass("y");
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Coco, "all.json", DatasetFormat.Yolo, "y"));
        Assert.Contains("is there already with other classes (x ...)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        _folder.WriteEdgeCases();
        Refused("ConversionOptions.To: the dataset is in the format coco already", DatasetFormat.Coco, "all.json");
        Refused("ConversionOptions.Images: the folder", DatasetFormat.Yolo, "y", o => o with { Images = _folder.Full("none") });
        Refused("ConversionOptions.CopyImages: needs", DatasetFormat.LabelMe, "l", o => o with { CopyImages = true });
        Refused("must be a file NAME.json", DatasetFormat.Yolo, "y", o => o with { Output = "folder" });
        Refused("ConversionOptions.Like: a dataset in the format panoptic", DatasetFormat.Panoptic, "p.json", o => o with { Like = "x.json" });
    }

    [Fact]
    public void What_is_read_is_not_replaced()
    {
        string export = _folder.Write("export.json", """
            [{"data":{"image":"a.png"},"annotations":[{"result":[{"original_width":40,"original_height":30,
              "value":{"points":[[0,0],[50,0],[50,50]],"polygonlabels":["crate"]}}]}]}]
            """);
        string like = _folder.Write(
            "like.json", """{"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"crate"}]}""");
        Replaces("export.json", "is the dataset itself", o => o);
        Replaces("like.json", "is the file of ConversionOptions.Like", o => o with { Like = like });
        Replaces("like.json", "is the file of ConversionOptions.Classes", o => o with { Classes = like });
        _folder.Convert(
            DatasetFormat.LabelStudio, "export.json", DatasetFormat.Coco, "out.json", o => o with { Classes = "crate,pallet" });

        // The PNGs of a panoptic JSON have its name.
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.PanopticTwoChannel, "p", DatasetFormat.Panoptic, "p.json"));
        Assert.Contains("is the dataset itself", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Panoptic, "p.json", DatasetFormat.PanopticTwoChannel, "p"));
        Assert.Contains("is the dataset itself", error.Message, StringComparison.Ordinal);

        void Replaces(string output, string message, Func<ConversionOptions, ConversionOptions> adjust)
        {
            string before = File.ReadAllText(_folder.Full(output));
            InputException refused = Assert.Throws<InputException>(
                () => _folder.Convert(DatasetFormat.LabelStudio, export, DatasetFormat.Coco, output, adjust));
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
            Assert.Equal(before, File.ReadAllText(_folder.Full(output)));
        }
    }

    private void WriteOneClass(string name) => _folder.Write("all.json", $$"""
        {"images":[{"id":1,"file_name":"a.png","width":4,"height":4}],"categories":[{"id":1,"name":"{{name}}"}],"annotations":[]}
        """);

    private void WriteImage(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Full(name))!);
        new Image(40, 30).SavePng(_folder.Full(name));
    }

    private string Refused(string message, DatasetFormat from, string input, Func<ConversionOptions, ConversionOptions>? adjust = null)
    {
        InputException error = Assert.Throws<InputException>(() => _folder.Convert(
            from, input, DatasetFormat.Coco, "out.json", o => (adjust ?? (x => x))(o) with { Strict = true }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Full("out.json")));
        return error.Message;
    }
}
