using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Formats;

/// <summary>YOLO datasets as other tools lay them out.</summary>
public sealed class YoloLayoutTests : IDisposable
{
    private const string Triangle = "0 0.1 0.1 0.5 0.1 0.5 0.5\n";

    private readonly ConversionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train: ../train/images\nval: ../valid/images\ntest: ../test/images\nnc: 1\nnames: ['crate']\n", 2, 1)] // Roboflow
    [InlineData("train: ..\\train\\images\nvalidation: ..\\valid\\images\nnames: [crate]\n", 2, 0)]
    [InlineData("train: train/images\nvalid: valid/images\nnc: 1\n", 2, 0)]
    [InlineData("train: /content/datasets/crates/train/images\nval: C:\\data\\crates\\valid\\images\nnames: {0: crate}\n", 2, 0)]
    [InlineData("train: train/images\nval: gone/images\nnames: [crate]\n", 1, 1)]
    public void Parts_are_found_where_Ultralytics_finds_them(string yaml, int images, int missing)
    {
        WriteLabeled("y/train/images/a.png", "y/train/labels/a.txt");
        WriteLabeled("y/valid/images/b.png", "y/valid/labels/b.txt");
        _folder.Write("y/data.yaml", yaml);

        ConversionResult result = _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json");
        Assert.Equal((images, images), (result.Images, result.Objects));
        Assert.Equal(missing, ConversionFolder.Count(result, LossKind.IgnoredParts));
        string name = Assert.Single(InstanceDataset.Load(_folder.Full("c.json")).Categories).Name;
        Assert.Equal(yaml.Contains("names", StringComparison.Ordinal) ? "crate" : "class_0", name);
    }

    [Theory]
    [InlineData("classes.txt")]
    [InlineData("labels/classes.txt")]
    [InlineData("obj.names")]
    public void A_folder_without_a_data_yaml_takes_its_classes_from_a_file(string classes)
    {
        WriteLabeled("y/images/a.png", "y/labels/a.txt");
        _folder.Write($"y/{classes}", "crate\r\npallet\r\n");
        _folder.Write("y/notes.json", "{}");
        Assert.Equal(DatasetFormat.Yolo, DatasetFormats.Detect(_folder.Full("y")));

        ConversionResult result = _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json");
        Assert.Equal((1, 1, 2), (result.Images, result.Objects, result.Classes));
        Assert.Empty(result.Losses);
    }

    [Fact]
    public void A_folder_without_classes_takes_those_that_are_given()
    {
        WriteLabeled("y/images/train/a.png", "y/labels/train/a.txt");
        WriteLabeled("y/images/val/b.png", "y/labels/val/b.txt");
        ConversionResult result = _folder.Convert(
            DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json", o => o with { Classes = "crate", Split = "val" });
        Assert.Equal((1, 1), (result.Images, result.Objects));
        Assert.Throws<InputException>(() => _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json"));
    }

    [Fact]
    public void A_line_that_is_wrong_is_skipped_and_named_and_a_class_may_be_a_float()
    {
        WriteLabeled("y/images/a.png", "y/labels/a.txt", "0.0 0.1 0.1 0.5 0.1 0.5 0.5\n0 0.1\n0.5 0 0 1 0 1 1\n0 0 0 1 0 nan 1\n");
        _folder.Write("y/data.yaml", "train: images\nnames: [crate]\n");
        ConversionResult result = _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json");
        Assert.Equal(1, result.Objects);
        ConversionLoss loss = Assert.Single(result.Losses);
        Assert.Equal((LossKind.InvalidObjects, 3), (loss.Kind, loss.Count));
        Assert.Contains("a.txt: line 2: has 1 numbers", loss.ToString(), StringComparison.Ordinal);

        _folder.Write("y/labels/a.txt", "7 0.1 0.1 0.5 0.1 0.5 0.5\n");
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json"));
        Assert.Contains("none of the objects could be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_read_is_named_and_strict_makes_an_error_of_it()
    {
        WriteLabeled("y/images/a.png", "y/labels/a.txt");
        _folder.Write("y/images/broken.jpg", "no image");
        _folder.Write("y/labels/broken.txt", Triangle);
        _folder.Write("y/images/phone.heic", "?");
        _folder.Write("y/labels/phone.txt", Triangle);
        _folder.Write("y/labels/classes.txt", "crate\n");
        _folder.Write("y/data.yaml", "train: images\nnames: [crate]\nnc: 2\nflip_idx: [0]\nroboflow:\n  project: x\n");
        ConversionResult result = _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json");
        Assert.Equal((1, 1), (result.Images, result.Objects));
        Assert.Equal(
            [LossKind.InvalidFiles, LossKind.LabelsWithoutImage, LossKind.UnsupportedImages, LossKind.UnknownKeys, LossKind.IgnoredParts],
            result.Losses.Select(loss => loss.Kind));
        Assert.All(result.Losses, loss => Assert.True(loss is { Count: 1, IsUnread: true }));

        InputException error = Assert.Throws<InputException>(() => _folder.Convert(
            DatasetFormat.Yolo, "y", DatasetFormat.Coco, "strict.json", o => o with { Strict = true }));
        Assert.Contains("flip_idx", error.Message, StringComparison.Ordinal);
        Assert.Contains("ConversionOptions.Strict", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Full("strict.json")));
    }

    [Fact]
    public void A_list_of_images_from_another_machine_is_found()
    {
        WriteLabeled("y/images/a b.png", "y/labels/a b.txt");
        WriteLabeled("y/images/b.png", "y/labels/b.txt");
        WriteLabeled("y/images/c%20#.png", "y/labels/c%20#.txt"); // a path, not a URI
        _folder.Write("y/train.txt", "D:\\set\\images\\a b.png\ndata/images/b.png\n./images/c%20#.png\n");
        _folder.Write("y/data.yaml", "path: .\ntrain: train.txt\nnames: [crate]\n");
        ConversionResult result = _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json");
        Assert.Equal((3, 3), (result.Images, result.Objects));
        Assert.Equal(
            ["images/a b.png", "images/b.png", "images/c%20#.png"],
            InstanceDataset.Load(_folder.Full("c.json")).Images.Select(image => image.FileName));
    }

    [Fact]
    public void A_line_of_a_pose_dataset_is_a_box_and_its_keypoints_are_named()
    {
        WriteLabeled(
            "y/images/a.png",
            "y/labels/a.txt",
            "0 0.5 0.5 0.25 0.2 0.4 0.4 2 0.6 0.6 0\n0 0.5 0.5 0.25 0.2\n0 0.5 0.5 0.25 0.2 0.4 0.4\n");
        _folder.Write("y/data.yaml", "train: images\nnames: [crate]\nkpt_shape: [2, 3]\n");
        ConversionResult result = _folder.Convert(DatasetFormat.Yolo, "y", DatasetFormat.Coco, "c.json");
        InstanceDataset read = InstanceDataset.Load(_folder.Full("c.json"), new InstanceDatasetOptions { Masks = false });
        Assert.All(read.Annotations, a => Assert.Equal(new Masks.BoxXywh(15, 12, 10, 6), a.Bbox));
        Assert.Equal(
            [(LossKind.NoOutline, 2L), (LossKind.Shapes, 2), (LossKind.InvalidObjects, 1)],
            result.Losses.Select(loss => (loss.Kind, loss.Count)));
    }

    [Theory]
    [InlineData("path: .\ntrain: images/train\nnames: [crate]\n", "the key path")]
    [InlineData("train: images/train\nnames: [crate]\nroboflow:\n  project: x\n", "the key roboflow")]
    [InlineData("train: images/train\nval: [images/a, images/b]\nnames: [crate]\n", "val: images/a, images/b")]
    [InlineData("train: train/images\nnames: [crate]\n", "train: train/images")]
    public void A_data_yaml_that_says_more_than_is_written_stays_as_it_is(string yaml, string lost)
    {
        _folder.Write("y/data.yaml", yaml);
        _folder.Write("c.json", """
            {"images":[{"id":1,"file_name":"a.png","width":4,"height":4}],"categories":[{"id":1,"name":"crate"}],"annotations":[]}
            """);
        InputException error = Assert.Throws<InputException>(
            () => _folder.Convert(DatasetFormat.Coco, "c.json", DatasetFormat.Yolo, "y"));
        Assert.Contains($"would be lost ({lost})", error.Message, StringComparison.Ordinal);
        Assert.Equal(yaml, File.ReadAllText(_folder.Full("y/data.yaml")));
        Assert.False(Directory.Exists(_folder.Full("y/labels")));
    }

    [Fact]
    public void Parts_of_a_dataset_are_named()
    {
        WriteLabeled("y/train/images/a.png", "y/train/labels/a.txt");
        _folder.Write("y/data.yaml", "train: train/images\nval: train/images\ntest: gone\nnames: [crate]\n");
        Assert.Equal(["train"], DatasetFormats.PartsOf(DatasetFormat.Yolo, _folder.Full("y")));
    }

    private void WriteLabeled(string image, string labels, string text = Triangle)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Full(image))!);
        new Image(40, 30).SavePng(_folder.Full(image));
        _folder.Write(labels, text);
    }
}
