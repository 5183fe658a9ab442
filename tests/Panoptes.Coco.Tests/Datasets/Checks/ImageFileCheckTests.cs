using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Datasets.Checks;

public sealed class ImageFileCheckTests : IDisposable
{
    private readonly CheckFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Good_images_give_no_findings() => Assert.Empty(Check(CheckFolder.Clean, _folder.Images).Findings);

    [Fact]
    public void A_missing_image_is_left_out_with_its_objects()
    {
        string images = _folder.Images;
        File.Delete(Path.Combine(images, "b.png"));
        DatasetCheckResult result = Check(CheckFolder.Clean, images);
        Assert.Equal([(ProblemKind.MissingImage, 1)], CheckFolder.Serious(result));
        Assert.Equal(["image 2 (b.png)"], result.Findings[0].Examples);
        Assert.Equal(
            [(RepairKind.ImagesSkipped, 1), (RepairKind.AnnotationsSkipped, 2)], result.Repair!.Changes.Select(c => (c.Kind, c.Count)));
        Assert.Equal([7], InstanceDataset.Load(_folder.Fixed).Annotations.Select(a => a.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no image at all")]
    public void A_file_that_is_no_image_is_left_out(string content)
    {
        string images = _folder.Images;
        File.WriteAllText(Path.Combine(images, "a.png"), content);
        DatasetCheckResult result = Check(CheckFolder.Clean, images);
        Assert.Equal([(ProblemKind.UnreadableImage, 1)], CheckFolder.Serious(result));
        Assert.StartsWith("image 1 (a.png): ", result.Findings[0].Examples[0], StringComparison.Ordinal);
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.98)]
    public void An_image_that_is_cut_off_is_found_although_its_header_is_good(double share)
    {
        string images = _folder.Images;
        byte[] jpeg = Noise(60, 40).EncodeJpeg();
        File.WriteAllBytes(Path.Combine(images, "a.png"), jpeg[..(int)(share * jpeg.Length)]);
        byte[] png = Noise(60, 40).EncodePng();
        File.WriteAllBytes(Path.Combine(images, "b.png"), png[..(int)(share * png.Length)]);
        Assert.Equal([(ProblemKind.UnreadableImage, 2)], CheckFolder.Serious(Check(CheckFolder.Clean, images)));
    }

    [Fact]
    public void Objects_are_scaled_with_an_image_that_was_resized()
    {
        string images = _folder.Images;
        new Image(30, 20).SavePng(Path.Combine(images, "a.png"));
        new Image(120, 80).SavePng(Path.Combine(images, "b.png"));
        DatasetCheckResult result = Check(CheckFolder.Clean, images);
        Assert.Equal([(ProblemKind.WrongSize, 2)], CheckFolder.Serious(result));
        Assert.Equal("image 1 (a.png): 60x40 stated, 30x20 in the file", result.Findings[0].Examples[0]);
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));

        InstanceDataset repaired = InstanceDataset.Load(_folder.Fixed);
        Assert.Equal([new ImageSize(30, 20), new ImageSize(120, 80)], repaired.Images.Select(i => new ImageSize(i.Width, i.Height)));
        Assert.Equal(new BoxXywh(5, 2.5, 15, 10), repaired.Annotations[0].Bbox);
        Assert.Equal(150, repaired.Annotations[0].Area);
        Assert.Equal([5, 2.5, 20, 2.5, 20, 12.5, 5, 12.5], repaired.Annotations[0].Segmentation!.Polygons[0]);
        Assert.Equal(new BoxXywh(10, 0, 20, 80), repaired.Annotations[1].Bbox);
        Assert.Equal(new Box(10, 0, 30, 80), repaired.Annotations[1].ToRle(80, 120).Bounds);
        Assert.Equal(1600, repaired.Annotations[1].Area);
    }

    [Theory]
    [InlineData("\"a.png\",\"height\":40,\"width\":60", "\"a.png\",\"height\":20,\"width\":30")] // the cat's polygon goes beyond it
    [InlineData("\"b.png\",\"height\":40,\"width\":60", "\"b.png\",\"height\":20,\"width\":30")] // the dog's run lengths tell
    [InlineData("\"a.png\",\"height\":40,\"width\":60", "\"a.png\",\"height\":40,\"width\":30")] // also where the proportions differ
    [InlineData("\"b.png\",\"height\":40,\"width\":60", "\"b.png\",\"height\":20,\"width\":60")]
    public void Objects_that_were_drawn_in_the_file_as_it_is_stay(string replace, string with)
    {
        DatasetCheckResult result = Check(CheckFolder.With(replace, with), _folder.Images);
        Assert.Equal([(ProblemKind.WrongSize, 1)], CheckFolder.Serious(result));
        Assert.Equal([(RepairKind.SizesCorrected, 1)], result.Repair!.Changes.Select(c => (c.Kind, c.Count)));
        Assert.Empty(CheckFolder.Serious(result.Repair.Check));
    }

    [Theory]
    [InlineData(40)] // the cat goes beyond the file
    [InlineData(20)] // the cat would also fit the file, but at another place
    public void Where_the_proportions_differ_image_and_objects_stay(int right)
    {
        string json = CheckFolder.Clean
            .Replace("[10,5,30,20],\"area\":600", $"[10,5,{right - 10},20],\"area\":{20 * (right - 10)}", StringComparison.Ordinal)
            .Replace("[[10,5,40,5,40,25,10,25]]", $"[[10,5,{right},5,{right},25,10,25]]", StringComparison.Ordinal);
        string images = _folder.Images;
        new Image(30, 40).SavePng(Path.Combine(images, "a.png"));
        DatasetCheckResult result = CheckAndKeep(json, images);
        Assert.Equal([(ProblemKind.WrongSize, 1)], CheckFolder.Serious(result));
        Assert.Equal(["image 1 (a.png): 60x40 stated, 30x40 in the file, which has other proportions"], result.Findings[0].Examples);
        Assert.Equal([(ProblemKind.WrongSize, 1)], CheckFolder.Serious(result.Repair!.Check));
        AssertUnchanged(json, result);
    }

    [Fact]
    public void Where_the_proportions_differ_the_image_goes_with_its_objects_if_that_is_asked_for()
    {
        string images = _folder.Images;
        new Image(30, 40).SavePng(Path.Combine(images, "a.png"));
        DatasetCheckResult result = Check(CheckFolder.Clean, images);
        Assert.Equal([8, 9], InstanceDataset.Load(_folder.Fixed).Annotations.Select(a => a.Id));
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));
    }

    [Fact]
    public void An_image_without_objects_takes_the_size_of_its_file()
    {
        string images = _folder.Images;
        new Image(30, 40).SavePng(Path.Combine(images, "c.png"));
        string json = CheckFolder.With("\"images\":[", "\"images\":[{\"id\":5,\"file_name\":\"c.png\",\"height\":40,\"width\":60},");
        DatasetCheckResult result = CheckAndKeep(json, images);
        Assert.Equal([(RepairKind.SizesCorrected, 1)], result.Repair!.Changes.Select(c => (c.Kind, c.Count)));
        Assert.Empty(CheckFolder.Serious(result.Repair.Check));
    }

    [Fact]
    public void Where_some_objects_fit_only_the_upright_image_and_others_only_the_stored_one_all_stay()
    {
        const string side = "{\"id\":10,\"image_id\":1,\"category_id\":3,\"bbox\":[45,5,10,10],\"area\":100,\"iscrowd\":0},";
        string json = CheckFolder.With("\"annotations\":[", "\"annotations\":[" + side)
            .Replace("[10,5,30,20],\"area\":600", "[10,5,20,40],\"area\":800", StringComparison.Ordinal)
            .Replace("[[10,5,40,5,40,25,10,25]]", "[[10,5,30,5,30,45,10,45]]", StringComparison.Ordinal);
        string images = _folder.Images;
        File.WriteAllBytes(Path.Combine(images, "a.png"), ExifJpeg.Encode(new Image(60, 40), 6));
        DatasetCheckResult result = CheckAndKeep(json, images);
        Assert.Contains((ProblemKind.RotatedImage, 1), CheckFolder.Serious(result.Repair!.Check));
        AssertUnchanged(json, result);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Objects_are_turned_with_an_image_whose_size_is_stated_as_before_its_turn(int orientation)
    {
        // The object is white in the image as it is stored: turned rightly, it is white in the image as it is read.
        string images = _folder.Images;
        foreach ((string name, (int Left, int Top, int Right, int Bottom) white) in new[] { ("a.png", (10, 5, 40, 25)), ("b.png", (5, 0, 15, 40)) })
        {
            Image stored = new(60, 40);
            for (int y = white.Top; y < white.Bottom; y++)
            {
                stored.Row(y)[(3 * white.Left)..(3 * white.Right)].Fill(255);
            }

            File.WriteAllBytes(Path.Combine(images, name), ExifJpeg.Encode(stored, orientation));
        }

        DatasetCheckResult result = Check(CheckFolder.Clean, images);
        Assert.Equal([(ProblemKind.RotatedImage, 2)], CheckFolder.Serious(result));
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));

        InstanceDataset repaired = InstanceDataset.Load(_folder.Fixed);
        foreach (CocoAnnotation annotation in repaired.Annotations.Where(a => !a.IsCrowd))
        {
            Image upright = Image.Load(Path.Combine(images, repaired.Images[(int)annotation.ImageId - 1].FileName));
            byte[] mask = new byte[40 * 60];
            annotation.ToRle(60, 40).ToMask(mask);
            Assert.Equal((40, 60), (upright.Width, upright.Height));
            Assert.Equal(mask, Enumerable.Range(0, mask.Length).Select(i => (byte)(upright.Pixels[3 * i] > 127 ? 1 : 0)));
            Assert.Equal(annotation.ToRle(60, 40).Bounds, annotation.Box);
        }
    }

    [Fact]
    public void A_turn_that_the_size_does_not_show_is_a_warning_and_one_that_it_shows_is_none()
    {
        string images = _folder.Images;
        File.WriteAllBytes(Path.Combine(images, "a.png"), ExifJpeg.Encode(new Image(60, 40), 3));
        File.WriteAllBytes(Path.Combine(images, "b.png"), ExifJpeg.Encode(new Image(40, 60), 6));
        DatasetCheckResult result = Check(CheckFolder.Clean, images);
        Assert.Equal([(ProblemKind.AmbiguousOrientation, 1)], CheckFolder.Serious(result));
        Assert.Equal(["image 1 (a.png): EXIF orientation 3"], result.Findings[0].Examples);
    }

    [Fact]
    public void A_missing_size_is_taken_from_the_file()
    {
        DatasetCheckResult result = Check(CheckFolder.With("\"height\":40,\"width\":60,\"extra\"", "\"extra\""), _folder.Images);
        Assert.Equal([(ProblemKind.MissingSize, 1)], CheckFolder.Serious(result));
        Assert.Empty(CheckFolder.Serious(result.Repair!.Check));
        Assert.All(InstanceDataset.Load(_folder.Fixed).Images, image => Assert.Equal((60, 40), (image.Width, image.Height)));
    }

    [Fact]
    public void Images_that_nobody_lists_are_told_with_their_folder()
    {
        string images = _folder.Images;
        Directory.CreateDirectory(Path.Combine(images, "more"));
        new Image(3, 3).SaveJpeg(Path.Combine(images, "more", "c.JPG"));
        File.WriteAllText(Path.Combine(images, "notes.txt"), "");
        DatasetFinding finding = Assert.Single(Check(CheckFolder.Clean, images).Findings);
        Assert.Equal((ProblemKind.UnusedFile, 1, Path.Combine("more", "c.JPG")), (finding.Problem.Kind, finding.Count, finding.Examples[0]));
    }

    private DatasetCheckResult Check(string json, string images) =>
        _folder.Check(json, new DatasetCheckOptions
        {
            Images = images,
            Fix = _folder.Fixed,
            DropUnusable = true,
            AllowLoss = true,
        });

    private DatasetCheckResult CheckAndKeep(string json, string images) =>
        _folder.Check(json, new DatasetCheckOptions { Images = images, Fix = _folder.Fixed });

    private void AssertUnchanged(string json, DatasetCheckResult result)
    {
        Assert.Empty(result.Repair!.Changes);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(File.ReadAllText(_folder.Fixed))));
    }

    private static Image Noise(int width, int height)
    {
        Image image = new(width, height);
        new Random(1).NextBytes(image.Pixels);
        return image;
    }
}
