using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Files;

public sealed class DurableWritingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-write").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_longest_legal_name_can_be_written()
    {
        string path = Path.Combine(_folder, new string('n', 250) + ".json");
        CocoWriter.WriteResults(path, [new CocoDetection(1, 2, null, 0.5)]);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_fails_leaves_the_old_file_and_nothing_else()
    {
        string path = Path.Combine(_folder, "a.json");
        File.WriteAllText(path, "old");
        Assert.Throws<InvalidOperationException>(() => CocoWriter.WriteResults(path, Failing()));
        Assert.Equal([path], Directory.GetFiles(_folder));
        Assert.Equal("old", File.ReadAllText(path));

        static IEnumerable<CocoDetection> Failing()
        {
            yield return new CocoDetection(1, 2, null, 0.5);
            throw new InvalidOperationException("stop");
        }
    }
}
