using System.Text;
using Panoptes.Training.Engine;
using Panoptes.Training.Tests.Configuration;
using Field = Panoptes.Training.Tests.Engine.TfEventsReader.Field;

namespace Panoptes.Training.Tests.Engine;

public sealed class TensorBoardEventsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>RFC 3720 B.4 and the check value of the CRC catalogue.</summary>
    [Fact]
    public void The_reader_of_these_tests_knows_the_published_checksums()
    {
        Assert.Equal(0xE3069283u, TfEventsReader.Crc32C(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, TfEventsReader.Crc32C(new byte[32]));
        Assert.Equal(0x62A8AB43u, TfEventsReader.Crc32C([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, TfEventsReader.Crc32C([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    }

    private List<List<Field>> Written(Action<TensorBoardEvents> write, int resumed = 0)
    {
        string path;
        using (TensorBoardEvents events = new(_folder.Path, resumed))
        {
            path = events.Path;
            write(events);
        }
        return TfEventsReader.ReadEvents(path);
    }

    [Fact]
    public void A_file_begins_with_its_version_and_a_time()
    {
        Field[] version = [.. Assert.Single(Written(_ => { }))];
        Assert.Equal([1, 2, 3], version.Select(f => f.Number));
        Assert.Equal("brain.Event:2", version[2].Text);
        Assert.Equal(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), version[0].Double, 60.0);
    }

    [Fact]
    public void Its_name_is_one_that_TensorBoard_looks_for()
    {
        using TensorBoardEvents first = new(_folder.Path), second = new(_folder.Path);
        Assert.StartsWith("events.out.tfevents.", Path.GetFileName(first.Path));
        Assert.StartsWith("events.out.tfevents.", Path.GetFileName(second.Path));
        Assert.NotEqual(first.Path, second.Path);
    }

    [Fact]
    public void Metrics_become_scalars_in_groups()
    {
        List<Field> message = Written(events => events.Write(Metrics.Evaluated(300)))[1];
        Assert.Equal(300u, message.Single(f => f.Number == 2).Varint);
        Dictionary<string, float> scalars = message.Single(f => f.Number == 5).Message.Select(v => v.Message)
            .ToDictionary(v => v.Single(f => f.Number == 1).Text, v => v.Single(f => f.Number == 2).Float);
        Assert.Equal(
            new Dictionary<string, float>
            {
                ["train/epoch"] = 3,
                ["train/learning_rate"] = 0.01f,
                ["loss/total"] = 1.5f,
                ["loss/mask"] = 0.5f,
                ["train/seconds"] = 75,
                ["train/images_per_second"] = 8.5f,
                ["train/memory_mib"] = 1024,
                ["eval/segm_AP"] = 0.5f,
                ["eval/bbox_AP"] = -1,
            },
            scalars);
    }

    [Fact]
    public void Images_are_written_with_their_size()
    {
        byte[] png = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];
        List<Field> message = Written(events => events.WriteImage("samples/cat", 5, png, 320, 200))[1];
        List<Field> value = message.Single(f => f.Number == 5).Message.Single().Message;
        Assert.Equal("samples/cat", value.Single(f => f.Number == 1).Text);
        List<Field> image = value.Single(f => f.Number == 4).Message;
        Assert.Equal([200ul, 320ul, 3ul], image.Take(3).Select(f => f.Varint));
        Assert.Equal([1, 2, 3, 4], image.Select(f => f.Number));
        Assert.Equal(png, image[3].Bytes);
    }

    [Fact]
    public void Records_of_every_length_have_the_right_checksums()
    {
        List<List<Field>> events = Written(writer =>
        {
            for (int length = 0; length < 40; length++) writer.WriteImage(new string('x', length), length, new byte[length], 1, 1);
        });
        Assert.Equal(41, events.Count);
    }

    [Fact]
    public void A_resumed_run_withdraws_the_events_of_later_steps()
    {
        List<Field> start = Written(_ => { }, resumed: 40)[1];
        Assert.Equal(41u, start.Single(f => f.Number == 2).Varint);
        Field status = Assert.Single(start.Single(f => f.Number == 7).Message);
        Assert.Equal((1, 1ul), (status.Number, status.Varint));
    }
}
