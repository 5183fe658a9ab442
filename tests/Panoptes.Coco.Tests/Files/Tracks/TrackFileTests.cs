using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Tracks;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Files.Tracks;

/// <summary>JSONs of tracks: written and read, and what may be wrong with them.</summary>
public sealed class TrackFileTests : IDisposable
{
    private const string GoodImage = """{"id":1,"video_id":1,"frame_index":0,"file_name":"a","width":30,"height":20}""";
    private const string GoodObject = """{"id":9,"image_id":1,"category_id":1,"track_id":4,"bbox":[1,2,3,4],"area":12}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-tracks-");

    private string File => Path.Combine(_folder.FullName, "tracks.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read_the_same()
    {
        CocoCategory[] categories = [new(1, "person"), new(CocoId.Of("dog"), "dog") { IdText = "dog" }];
        using (TrackWriter writer = new(File, categories))
        {
            writer.BeginVideo("one.mp4", 30, 20, frame => $"one/{frame}.png", 25);
            writer.AddFrame([Object(1, 1, 3, 0.5), Object(2, categories[1].Id, 12, 0.75)]);
            writer.AddFrame([]);
            writer.AddFrame([Object(2, categories[1].Id, 13, 0.5)]);
            writer.BeginVideo("two.mp4", 40, 10, frame => $"two/{frame}.png");
            writer.AddFrame([new TrackedObject(3, 1, new BoxXywh(1, 2, 3, 4), Rle.FromBox(new Box(1, 2, 4, 6), 10, 40))]);
            writer.Complete();
            Assert.Equal((4, 3), (writer.Images, writer.Tracks));
        }

        TrackDataset read = Load();

        Assert.Equal(["dog", "person"], read.Categories.Select(c => c.Name).Order());
        Assert.Equal(
            [("one.mp4", 30, 20, 3), ("two.mp4", 40, 10, 1)], read.Videos.Select(v => (v.Name, v.Width, v.Height, v.Frames.Count)));
        Assert.Equal([Object(1, 1, 3, 0.5), Object(2, categories[1].Id, 12, 0.75)], read.Videos[0].Frames[0]);
        Assert.Empty(read.Videos[0].Frames[1]);
        Assert.Equal([Object(2, categories[1].Id, 13, 0.5)], read.Videos[0].Frames[2]);
        Assert.Null(read.Videos[1].Frames[0][0].Score);
    }

    [Fact]
    public void It_is_a_coco_file_of_many_images()
    {
        using (TrackWriter writer = new(File, [new(1, "person")]))
        {
            writer.BeginVideo("v", 30, 20, frame => $"v/{frame + 1:000}.png");
            writer.AddFrame([Object(1, 1, 3, 0.5)]);
            writer.AddFrame([Object(1, 1, 4, 0.5)]);
            writer.Complete();
        }

        InstanceDataset dataset = InstanceDataset.Load(File);

        Assert.Equal(["v/001.png", "v/002.png"], dataset.Images.Select(image => image.FileName));
        Assert.Equal(2, dataset.Annotations.Count);
        Assert.Empty(dataset.Warnings);
    }

    [Fact]
    public void A_file_that_is_not_completed_leaves_the_older_one()
    {
        System.IO.File.WriteAllText(File, "old");
        using (TrackWriter writer = new(File, [new(1, "person")]))
        {
            writer.BeginVideo("v", 30, 20, frame => $"{frame}");
            writer.AddFrame([Object(1, 1, 3, 0.5)]);
        }

        Assert.Equal("old", System.IO.File.ReadAllText(File));
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void A_track_of_two_classes_or_videos_is_refused()
    {
        using TrackWriter writer = new(File, [new(1, "person"), new(2, "dog")]);
        Assert.Throws<InvalidOperationException>(() => writer.AddFrame([]));
        writer.BeginVideo("v", 30, 20, frame => $"{frame}");
        writer.AddFrame([Object(1, 1, 3, 0.5)]);
        Assert.Throws<ArgumentException>(() => writer.AddFrame([Object(1, 2, 3, 0.5)]));
        writer.BeginVideo("w", 30, 20, frame => $"{frame}");
        Assert.Throws<ArgumentException>(() => writer.AddFrame([Object(1, 1, 3, 0.5)]));
    }

    [Fact]
    public void Files_of_other_tools_may_call_keys_otherwise()
    {
        Write(
            """{"id":1,"video_id":1,"frame_id":0,"file_name":"a","width":30,"height":20}""",
            """
            {"id":9,"image_id":1,"category_id":1,"instance_id":4,"bbox":[1,2,3,4],"area":12,"segmentation":[[1,2,4,2,4,6]]}
            """);

        Assert.Equal(4, Load().Videos[0].Frames[0][0].TrackId);
    }

    public static TheoryData<string, string, string> Wrong() => new()
    {
        { Image("\"frame_index\":0"), GoodObject, "image 1: the key video_id is missing." },
        { Image("\"video_id\":1"), GoodObject, "image 1: the key frame_index is missing." },
        { Image("\"video_id\":1,\"frame_index\":-1"), GoodObject, "image 1: frame_index is -1; it must be an integer from 0 to" },
        { Image("\"video_id\":7,\"frame_index\":0"), GoodObject, "image 1: video_id is 7, but videos has no such id." },
        {
            Image("\"video_id\":1,\"frame_index\":3"), GoodObject,
            "image 1: frame_index is 3; video 1 ('clip') needs every number from 0 to 0 once."
        },
        {
            GoodImage, """{"id":9,"image_id":1,"category_id":1,"bbox":[1,2,3,4],"area":12}""", "annotation 9: the key track_id is missing."
        },
        {
            GoodImage, GoodObject + """,{"id":10,"image_id":1,"category_id":1,"track_id":4,"bbox":[1,2,3,4],"area":12}""",
            "annotation 10: track_id is 4, as that of annotation 9 of the same image; a track is one object."
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named(string image, string annotations, string message)
    {
        Write(image, annotations);

        InputException error = Assert.Throws<InputException>(() => Load(masks: false));
        Assert.StartsWith($"{File}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_instance_json_is_told_what_it_lacks()
    {
        System.IO.File.WriteAllText(File, """{"images":[],"annotations":[],"categories":[]}""");

        InputException error = Assert.Throws<InputException>(() => Load());
        Assert.Contains("is missing the key 'videos'", error.Message, StringComparison.Ordinal);
    }

    private static string Image(string keys) => $$"""{"id":1,{{keys}},"file_name":"a","width":30,"height":20}""";

    private TrackDataset Load(bool masks = true) =>
        TrackDataset.Load(File, masks, cancellationToken: TestContext.Current.CancellationToken);

    private static TrackedObject Object(long track, long category, int x, double score)
    {
        Rle mask = Rle.FromBox(new Box(x, 5, x + 6, 15), 20, 30);
        return new TrackedObject(track, category, BoxXywh.FromBox(mask.Bounds), mask, score);
    }

    private void Write(string images, string annotations) => System.IO.File.WriteAllText(
        File,
        $$"""
        {"videos":[{"id":1,"name":"clip"}],"categories":[{"id":1,"name":"person"}],"images":[{{images}}],"annotations":[{{annotations}}]}
        """);
}
