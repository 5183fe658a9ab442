using Panoptes.Cli.Input;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests;

public sealed class ImageInputsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImageInputsTests()
    {
        string[] names = ["frame10.jpg", "frame2.JPG", "notes.txt", "a/x1.png", "a/b/x2.jpeg", "c/x3.png"];
        foreach (string name in names) _folder.Write(name);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Expand(params string[] inputs) =>
        [.. ImageInputs.Expand(inputs.Select(_folder.Full)).Select(p => Path.GetRelativePath(_folder.Path, p))];

    [Fact]
    public void A_folder_stands_for_the_images_in_it_in_natural_order() =>
        Assert.Equal(["frame2.JPG", "frame10.jpg"], Expand(""));

    [Fact]
    public void Images_of_every_format_that_is_read_are_found()
    {
        string[] extensions = [".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif"];
        string[] names = [.. extensions.Select((extension, i) => $"all/{i}{extension}")];
        foreach (string name in names) _folder.Write(name);
        Assert.Equal(names, Expand("all"));
        Assert.Equal(names, Expand("all/*"));
        Assert.Contains("all/3.webp", names);
    }

    [Fact]
    public void A_file_is_taken_whatever_its_name_is() => Assert.Equal(["notes.txt"], Expand("notes.txt"));

    [Fact]
    public void Inputs_keep_their_order_and_a_image_counts_once() =>
        Assert.Equal(["c/x3.png", "frame10.jpg", "frame2.JPG"], Expand("c", "frame10.jpg", "", "c/x3.png"));

    [Theory]
    [InlineData("frame*.jpg", "frame10.jpg")]
    [InlineData("frame?.JPG", "frame2.JPG")]
    [InlineData("*/x?.png", "a/x1.png c/x3.png")]
    [InlineData("**/x*", "a/b/x2.jpeg a/x1.png c/x3.png")]
    [InlineData("**/b/*", "a/b/x2.jpeg")]
    [InlineData("a/../c/*.png", "c/x3.png")]
    public void A_pattern_that_no_shell_expanded_is_expanded(string pattern, string expected) =>
        Assert.Equal(expected.Split(' '), Expand(pattern).Select(p => p.Replace("a/../", "", StringComparison.Ordinal)));

    [Theory]
    [InlineData("gone.jpg", "there is no image or folder")]
    [InlineData("*.bmp", "no image matches")]
    [InlineData("nowhere/*.jpg", "no image matches")]
    public void What_stands_for_no_image_is_named(string input, string problem)
    {
        InputException error = Assert.Throws<InputException>(() => Expand(input));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(input, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_images_is_named()
    {
        Directory.CreateDirectory(_folder.Full("empty"));

        InputException error = Assert.Throws<InputException>(() => Expand("empty"));

        const string patterns = "(*.jpg, *.jpeg, *.png, *.webp, *.tif, *.tiff, *.bmp, *.gif, *.avif)";
        Assert.Contains($"empty' holds no images {patterns}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a2", "a10")]
    [InlineData("a", "a0")]
    [InlineData("a01", "a1")]
    [InlineData("1b", "a")]
    [InlineData("x9y2", "x9y11")]
    [InlineData("12345678901234567890123", "12345678901234567890124")]
    public void Numbers_in_names_count_by_value(string first, string second)
    {
        Assert.True(NaturalOrder.Comparer.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Comparer.Compare(second, first) > 0);
        Assert.Equal(0, NaturalOrder.Comparer.Compare(first, first));
    }
}
