using System.Xml.Linq;
using Panoptes.Coco.Datasets.View;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Datasets.View;

public sealed class DatasetViewTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-view").FullName;

    private string Images => Path.Combine(_folder, "images");

    private string Output => Path.Combine(_folder, "view");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_image_has_a_card_with_its_name_id_size_and_objects()
    {
        DatasetViewResult result = View(Instances());

        Assert.Equal((1, 3, 4, 0), (result.Pages, result.Images, result.Annotations, result.Problems.Count));
        XElement page = WrittenPage.Load(result.Page);
        XElement[] cards = page.OfClass("shot");
        Assert.Equal(["a.jpg", "sub/b<&\".jpg", "c.jpg"], cards.Select(card => card.Element("h3")!.Value));
        Assert.Equal(
            ["id 1 · 100 × 100 · 2 annotations: 1 dog, 1 cat", "id 2 · 200 × 100 · 2 annotations: 2 cat", "id 3 · 50 × 50 · 0 annotations"],
            cards.Select(card => card.Elements("p").Single().Value));
        IEnumerable<XElement> rows = cards[1].Descendants("tbody").Single().Elements("tr");
        Assert.Equal(["cat1310,000100, 0, 100, 100", "cat (crowd)14500, 0, 1, 50"], rows.Select(row => row.Value));
        Assert.Contains("3 images with 4 annotations of 2 classes.", page.Value, StringComparison.Ordinal);
        Assert.Empty(page.Descendants("script"));
    }

    [Fact]
    public void Objects_are_drawn_where_they_lie()
    {
        View(Instances());

        // The image of 200 x 100 is shown 512 wide: black where nothing is, its right half a cat, its first column a crowd.
        Image drawn = Image.Load(Path.Combine(Output, "pictures", "2.jpg"));
        Assert.Equal(new ImageSize(512, 256), drawn.Size);
        Assert.True(Brightness(drawn, 128, 128) < 30);
        Assert.True(Brightness(drawn, 384, 128) > 100);
        Assert.True(Brightness(drawn, 0, 60) > 100);
        Image empty = Image.Load(Path.Combine(Output, "pictures", "3.jpg"));
        Assert.True(empty.Pixels.ToArray().Max() < 30);
    }

    [Fact]
    public void Pages_link_to_each_other_and_to_files_that_are_there()
    {
        DatasetViewResult result = View(Many(23) with { PageSize = 5 });

        Assert.Equal(5, result.Pages);
        Assert.Equal(
            ["index.html", "page2.html", "page3.html", "page4.html", "page5.html"],
            Directory.GetFiles(Output).Select(Path.GetFileName).Order());
        foreach (string file in Directory.GetFiles(Output))
        {
            XElement page = WrittenPage.Load(file);
            Assert.Equal(file.EndsWith("5.html", StringComparison.Ordinal) ? 3 : 5, page.OfClass("shot").Length);
            string[] links = [.. page.Links().Where(link => !link.StartsWith("data:", StringComparison.Ordinal))];
            Assert.All(links, link => Assert.True(File.Exists(Path.Combine(Output, link.Split('#')[0])), link));
            Assert.Equal(2, page.OfClass("pages").Length);
            Assert.All(links.Where(link => link.Contains('#', StringComparison.Ordinal)), link =>
            {
                string[] parts = link.Split('#');
                XElement target = WrittenPage.Load(Path.Combine(Output, parts[0]));
                Assert.Contains(target.OfClass("shot"), card => (string?)card.Attribute("id") == parts[1]);
            });
        }

        XElement first = WrittenPage.Load(result.Page);
        Assert.Equal(["even", "odd"], first.Descendants("tbody").First().Elements("tr").Select(row => row.Element("th")!.Value));
        XElement next = first.OfClass("pages")[0].Elements("a").Single(a => (string?)a.Attribute("rel") == "next");
        Assert.Equal("page2.html", (string?)next.Attribute("href"));
    }

    [Fact]
    public void Only_chosen_classes_are_shown()
    {
        DatasetViewResult result = View(Instances() with { Classes = ["dog"] });

        Assert.Equal((1, 1), (result.Images, result.Annotations));
        XElement card = Assert.Single(WrittenPage.Load(result.Page).OfClass("shot"));
        Assert.Equal("i1", (string?)card.Attribute("id"));
        Assert.Equal(0, View(Instances() with { Classes = ["<b>&\"bird"] }).Images);
        Refused("has no class 'dgo'; it has cat, dog, ", Instances() with { Classes = ["dgo"] });
    }

    [Fact]
    public void Images_that_are_missing_or_damaged_have_a_card_that_says_so()
    {
        DatasetViewOptions options = Instances();
        File.Delete(Path.Combine(Images, "a.jpg"));
        File.WriteAllText(Path.Combine(Images, "c.jpg"), "no image");
        DatasetViewResult result = View(options);

        Assert.Equal((3, 2), (result.Images, result.Problems.Count));
        XElement[] cards = WrittenPage.Load(result.Page).OfClass("shot");
        Assert.Equal([1, 0, 1], cards.Select(card => card.OfClass("notice").Length));
        Assert.Equal([0, 1, 0], cards.Select(card => card.Descendants("img").Count()));
        Assert.Contains("a.jpg", cards[0].OfClass("notice")[0].Value, StringComparison.Ordinal);
        Assert.Contains("dog", cards[0].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_of_another_size_is_shown_and_remarked_on()
    {
        DatasetViewOptions options = Instances();
        new Image(80, 80).SaveJpeg(Path.Combine(Images, "a.jpg"));

        DatasetViewResult result = View(options);
        Assert.Empty(result.Problems);
        XElement notice = Assert.Single(WrittenPage.Load(result.Page).OfClass("notice"));
        Assert.Equal("the file is 80x80, but the annotations say 100x100", notice.Value);
    }

    [Fact]
    public void Predictions_stand_beside_the_ground_truth_in_the_color_of_what_they_match()
    {
        string results = Write("results.json", """
            [{"image_id":1,"category_id":1,"score":0.9,"bbox":[0,0,40,50],"segmentation":{"size":[100,100],"counts":[0,10000]}},
             {"image_id":2,"category_id":5,"score":0.8,"segmentation":{"size":[100,200],"counts":[10000,10000]}},
             {"image_id":2,"category_id":5,"score":0.1,"segmentation":{"size":[100,200],"counts":[0,10000,10000]}},
             {"image_id":77,"category_id":5,"score":0.8,"bbox":[1,2,3,4]}]
            """);
        DatasetViewResult result = View(Instances() with { Predictions = results });

        Assert.Equal((4, 2), (result.Annotations, result.Predictions));
        Assert.Contains("1 predictions skipped", Assert.Single(result.Warnings), StringComparison.Ordinal);
        XElement card = WrittenPage.Load(result.Page).OfClass("shot")[1];
        Assert.Equal(["Ground truth", "Prediction"], card.Descendants("figcaption").Select(caption => caption.Value));
        Assert.Equal(["pictures/2.jpg", "pictures/2-found.jpg"], card.Descendants("img").Select(image => (string)image.Attribute("src")!));
        string[] colors = [.. card.OfClass("swatch").Select(swatch => (string)swatch.Attribute("style")!)];
        Assert.Equal(3, colors.Length);
        Assert.Equal(colors[0], colors[2]); // the first annotated object is the one that was found
        Assert.NotEqual(colors[0], colors[1]);
        Image found = Image.Load(Path.Combine(Output, "pictures", "2-found.jpg"));
        Assert.True(Brightness(found, 384, 128) > 100 && Brightness(found, 128, 128) < 30);
    }

    [Fact]
    public void Panoptic_segments_are_drawn_from_the_png()
    {
        string file = Write("panoptic.json", SmallDataset.Panoptic.Replace("\"width\":20", "\"width\":10", StringComparison.Ordinal));
        Save("a.jpg", 10, 10);
        Save("b.jpg", 10, 10);
        SmallDataset.PanopticLabels().SavePng(Path.Combine(_folder, "a.png"));
        DatasetViewOptions options = new() { Annotations = file, Images = Images, PanopticFolder = _folder };
        DatasetViewResult result = View(options);

        Assert.Equal((2, 3), (result.Images, result.Annotations));
        Image drawn = Image.Load(Path.Combine(Output, "pictures", "1.jpg"));
        Assert.True(Brightness(drawn, 400, 300) > 100);
        Assert.True(Brightness(drawn, 256, 500) < 30); // void
        Refused("is a panoptic dataset", options with { PanopticFolder = null });
        Refused("is not a panoptic dataset", Instances() with { PanopticFolder = _folder });
    }

    [Fact]
    public void The_data_sets_own_images_are_never_overwritten()
    {
        DatasetViewOptions options = Instances();
        Directory.Move(Images, Path.Combine(_folder, "pictures"));
        byte[] before = File.ReadAllBytes(Path.Combine(_folder, "pictures", "a.jpg"));
        options = options with { Images = Path.Combine(_folder, "pictures") };
        InputException error = Assert.Throws<InputException>(() =>
            DatasetView.Write(options, _folder, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("holds images of the dataset", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_folder, "pictures", "a.jpg")));
    }

    [Fact]
    public void Cancelled_work_stops_and_leaves_no_half_file()
    {
        DatasetViewOptions options = Many(60) with { PageSize = 4 };
        using CancellationTokenSource source = new();
        Counter progress = new(done =>
        {
            if (done == 30)
            {
                source.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetView.Write(options, Output, progress, source.Token));

        Assert.Empty(Directory.GetFiles(Output, "*.tmp", SearchOption.AllDirectories));
        Assert.True(Directory.GetFiles(Path.Combine(Output, "pictures")).Length < 60);
        Assert.False(File.Exists(Path.Combine(Output, "page15.html")));
    }

    [Fact]
    public void Real_images_are_shown_with_all_their_objects()
    {
        DatasetViewOptions options = new()
        {
            Annotations = SharedData.Require("coco/annotations/instances_val2017.json"),
            Images = SharedData.Require("coco/val2017"),
            Predictions = SharedData.Require("golden/detections_val2017.json"),
            Limit = 30,
        };
        DatasetViewResult result = View(options);

        Assert.Equal((2, 30, 0), (result.Pages, result.Images, result.Problems.Count));
        XElement[] cards = [.. Directory.GetFiles(Output, "*.html").SelectMany(file => WrittenPage.Load(file).OfClass("shot"))];
        Assert.Equal(30, cards.Length);
        int rows = cards.Sum(card => card.Descendants("tbody").Sum(body => body.Elements("tr").Count()));
        Assert.Equal(result.Annotations + result.Predictions, rows);
        Assert.Equal(60, Directory.GetFiles(Path.Combine(Output, "pictures")).Length);
    }

    private static int Brightness(Image image, int x, int y) => image.Row(y).Slice(3 * x, 3).ToArray().Max();

    private void Refused(string message, DatasetViewOptions options) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => View(options)).Message, StringComparison.Ordinal);

    private DatasetViewResult View(DatasetViewOptions options) => DatasetView.Write(
        options, Output, cancellationToken: TestContext.Current.CancellationToken);

    private DatasetViewOptions Instances()
    {
        Save("a.jpg", 100, 100);
        Save("sub/b<&\".jpg", 200, 100);
        Save("c.jpg", 50, 50);
        return new DatasetViewOptions { Annotations = Write("instances.json", SmallDataset.Instances), Images = Images };
    }

    private DatasetViewOptions Many(int count)
    {
        IEnumerable<int> all = Enumerable.Range(0, count);
        foreach (int i in all)
        {
            Save($"{i}.jpg", 20, 20);
        }

        string images = string.Join(',', all.Select(i => $$"""{"id":{{i}},"file_name":"{{i}}.jpg","width":20,"height":20}"""));
        string objects = string.Join(',', all.Select(i => $$"""
            {"id":{{i}},"image_id":{{i}},"category_id":{{i % 2}},"iscrowd":0,"area":9,"bbox":[1,1,3,3],"segmentation":[[1,1,4,1,4,4,1,4]]}
            """));
        string json = $$"""
            {"images":[{{images}}],"annotations":[{{objects}}],"categories":[{"id":0,"name":"even"},{"id":1,"name":"odd"}]}
            """;
        return new DatasetViewOptions { Annotations = Write("many.json", json), Images = Images };
    }

    private void Save(string name, int width, int height)
    {
        string path = Path.Combine(Images, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        new Image(width, height).SaveJpeg(path);
    }

    private string Write(string name, string json)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, json);
        return path;
    }

    private sealed class Counter(Action<int> report) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => report(value.Done);
    }
}
