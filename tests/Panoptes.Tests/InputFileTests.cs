using System.Text;

namespace Panoptes.Tests;

public sealed class InputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-input").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Unicode_is_read_whatever_its_byte_order_mark_says()
    {
        Encoding[] encodings = [new UTF8Encoding(false), Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32];
        foreach (Encoding encoding in encodings)
        {
            string path = Write([.. encoding.Preamble, .. encoding.GetBytes("Größe\r\nß\n")]);
            Assert.Equal(["Größe", "ß"], InputFile.ReadLines(path));
        }
    }

    [Fact]
    public void What_is_not_UTF_8_is_told_with_its_line()
    {
        string path = Write([.. "a\nb\n"u8, 0xFF, .. "\n"u8]);
        InputException error = Assert.Throws<InputException>(() => InputFile.ReadText(path));
        Assert.Equal((path, "line 3", InputErrorKind.Damaged), (error.File, error.Place, error.Kind));
    }

    [Fact]
    public void A_text_above_the_limit_is_not_read()
    {
        string path = Write(new byte[11]);
        InputException error = Assert.Throws<InputException>(() => InputFile.ReadText(path, new InputLimits { MaxTextBytes = 10 }));
        Assert.Equal(InputErrorKind.TooLarge, error.Kind);
        Assert.Equal(11, InputFile.ReadBytes(path, new InputLimits { MaxTextBytes = 11 }).Length);
    }

    [Fact]
    public void Missing_files_and_folders_are_told_apart()
    {
        Assert.Equal(InputErrorKind.NotFound, Assert.Throws<InputException>(() => InputFile.Open(Path.Combine(_folder, "none"))).Kind);
        Assert.Equal(InputErrorKind.Unreadable, Assert.Throws<InputException>(() => InputFile.Open(_folder)).Kind);
        Assert.Equal(InputErrorKind.Unreadable, Assert.Throws<InputException>(() => InputFile.Open("a\0b")).Kind);
    }

    [Fact]
    public void Devices_and_pipes_are_never_opened()
    {
        if (OperatingSystem.IsLinux())
        {
            string link = Path.Combine(_folder, "link");
            File.CreateSymbolicLink(link, "/dev/zero");
            InputException error = Assert.Throws<InputException>(() => InputFile.Open(link));
            Assert.Contains("a pipe or a device", error.Message, StringComparison.Ordinal);
            Assert.Throws<InputException>(() => InputFile.ReadBytes(link));
            Assert.Throws<InputException>(() => Panoptes.Imaging.Image.Load(link));
        }
    }

    [Fact]
    public void A_link_to_a_folder_around_it_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links take rights that a test may not have");
        string inner = Directory.CreateDirectory(Path.Combine(_folder, "a", "b")).FullName;
        File.WriteAllText(Path.Combine(inner, "x.txt"), "");
        Directory.CreateSymbolicLink(Path.Combine(inner, "loop"), _folder);
        string elsewhere = Directory.CreateTempSubdirectory("panoptes-input").FullName;
        try
        {
            File.WriteAllText(Path.Combine(elsewhere, "y.txt"), "");
            Directory.CreateSymbolicLink(Path.Combine(_folder, "other"), elsewhere);
            string[] found = [.. FolderTree.EnumerateFiles(_folder, "*.txt").Select(file => Path.GetRelativePath(_folder, file)).Order()];
            Assert.Equal([Path.Combine("a", "b", "x.txt"), Path.Combine("other", "y.txt")], found);
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_folder, "file");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
