using System.Text;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Tests.Files.Json;

public sealed class JsonTextTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("a\\udc00b")]
    [InlineData("\\ud800\\ud800")]
    public void Half_of_a_surrogate_pair_is_refused_with_the_file(string name)
    {
        Write($$"""{"images":[{"id":1,"file_name":"{{name}}"}],"categories":[{"id":1,"name":"x"}],"annotations":[]}""");
        ShouldBeRefused(() => InstanceDataset.Load(_file));
        ShouldBeRefused(() => DatasetSubset.Write(_file, _file + ".out", new SubsetOptions { Images = 1 }));
    }

    [Theory]
    [InlineData("""{"images":[],"categories":[{"id":1,"name":"\ud800"}],"annotations":[]}""")]
    [InlineData("""{"images":[],"categories":[{"id":1,"name":"x","supercategory":"\udc00"}],"annotations":[]}""")]
    [InlineData("""{"images":[{"id":1,"\ud800":2}],"categories":[{"id":1,"name":"x"}],"annotations":[]}""")]
    [InlineData("""{"\ud800":1,"images":[],"categories":[{"id":1,"name":"x"}],"annotations":[]}""")]
    public void A_check_looks_at_texts_that_no_reader_needs(string json)
    {
        Write(json);
        ShouldBeRefused(() => Check(InputLimits.Default));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused_with_the_file()
    {
        byte[] json = [.. """{"images":[{"id":1,"file_name":"a"""u8, 0xFF, .. "\"}],\"categories\":[],\"annotations\":[]}"u8];
        File.WriteAllBytes(_file, json);
        ShouldBeRefused(() => InstanceDataset.Load(_file));
        ShouldBeRefused(() => DatasetSubset.Write(_file, _file + ".out", new SubsetOptions { Images = 1 }));
    }

    [Fact]
    public void Pairs_and_backslashes_are_text()
    {
        JsonText.RequireUnicode(Encoding.UTF8.GetBytes("""{"a":"\ud83d\ude00","b":"\\\\ud800","c":"\u00e9"}"""), "test");
        Assert.Throws<InputException>(() => JsonText.RequireUnicode(Encoding.UTF8.GetBytes("""{"b":"\\\ud800"}"""), "test"));
    }

    [Fact]
    public void A_size_above_the_limits_is_refused_before_masks_are_drawn()
    {
        Write("""{"images":[{"id":1,"file_name":"a","width":100000000,"height":20}],"categories":[],"annotations":[]}""");
        Assert.Contains("InputLimits.MaxSide", Assert.Throws<InputException>(() => InstanceDataset.Load(_file)).Message);
        Assert.Contains("InputLimits.MaxSide", Assert.Throws<InputException>(() => Check(InputLimits.Default)).Message);
        Check(new InputLimits { MaxSide = 100_000_000, MaxPixels = 2_000_000_000 });
    }

    private void Check(InputLimits limits) => DatasetCheck.Run(
        _file, new DatasetCheckOptions { Limits = limits }, cancellationToken: TestContext.Current.CancellationToken);

    private void Write(string json) => File.WriteAllText(_file, json);

    private void ShouldBeRefused(Action read) =>
        Assert.StartsWith(_file, Assert.Throws<InputException>(read).Message, StringComparison.Ordinal);
}
