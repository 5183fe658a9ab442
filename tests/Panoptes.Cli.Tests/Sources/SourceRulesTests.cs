using System.Text.RegularExpressions;

namespace Panoptes.Cli.Tests.Sources;

/// <summary>What would work on the system it was written on alone, found by reading the sources.</summary>
public class SourceRulesTests
{
    private static IEnumerable<string> FilesBelow(string folder) => Directory.EnumerateFileSystemEntries(folder).SelectMany(entry =>
        File.Exists(entry) ? [entry]
        : Path.GetFileName(entry) is "bin" or "obj" or ".git" or "artifacts" or "runs" or "TestResults" ? []
        : FilesBelow(entry));

    private static string[] Lines(string folder, string pattern) =>
    [
        .. from file in FilesBelow(Repository.Require(folder))
           where file.EndsWith(".cs", StringComparison.Ordinal)
           from line in File.ReadLines(file)
           where Regex.IsMatch(line, pattern)
           select $"{Path.GetFileName(file)}: {line.Trim()}",
    ];

    [Fact]
    public void There_is_no_C_or_Cpp_and_no_build_of_it()
    {
        string[] extensions = [".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".cmake"];

        Assert.DoesNotContain(FilesBelow(Repository.Require("")), file =>
            extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
            || Path.GetFileName(file).Equals("CMakeLists.txt", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_registry_of_packages_is_named_by_its_address()
    {
        string[] hosts = ["nu" + "get.org", "npm" + "js.org", "pypi" + ".org", "mcr.micro" + "soft.com", "docker" + ".io", "gh" + "cr.io"];
        string[] kinds = [".cs", ".csproj", ".props", ".targets", ".slnx", ".sh", ".py", ".md", ".json", ".yaml", ".yml", ".config", ""];

        Assert.Empty(
            from file in FilesBelow(Repository.Require(""))
            where kinds.Contains(Path.GetExtension(file))
            let text = File.ReadAllText(file)
            from host in hosts
            where text.Contains(host, StringComparison.OrdinalIgnoreCase)
            select $"{file}: {host}");
    }

    [Fact]
    public void Signals_are_those_that_windows_has_too()
    {
        Assert.Empty(Lines("src", @"PosixSignal\.(?!SIGINT|SIGTERM|SIGQUIT|SIGHUP)\w+"));
    }

    [Fact]
    public void Files_that_only_one_system_has_are_asked_for_first()
    {
        // A line that names such a file, or the file that holds it, says what happens elsewhere.
        Assert.Empty(
            from file in FilesBelow(Repository.Require("src"))
            where file.EndsWith(".cs", StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            where Regex.IsMatch(text, "\"/(proc|sys|dev|etc|usr|tmp)/") && !Regex.IsMatch(text, @"File\.Exists\(|OperatingSystem\.Is")
            select Path.GetFileName(file));
    }

    [Fact]
    public void Rights_of_files_are_set_where_there_are_any()
    {
        Assert.Empty(
            from file in FilesBelow(Repository.Require("src"))
            where file.EndsWith(".cs", StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            where text.Contains("UnixFileMode", StringComparison.Ordinal)
            where !text.Contains("OperatingSystem.IsWindows", StringComparison.Ordinal)
            select Path.GetFileName(file));
    }

    [Fact]
    public void Complete_paths_are_compared_as_the_system_compares_them()
    {
        Assert.Empty(Lines("src", @"GetFullPath\([^;]*(==|!=) |(==|!=) [\w.]*Path\.GetFullPath"));
    }

    [Fact]
    public void Paths_are_not_glued_by_hand()
    {
        Assert.Empty(Lines("src", """\b[Pp]ath\w*\)? \+ ["']/|[Ff]older\w*\)? \+ ["']/|["']/["'] \+ \w*([Pp]ath|[Ff]ile|[Nn]ame)\b"""));
    }

    [Fact]
    public void Libraries_name_properties_and_not_the_tools_options()
    {
        // CommandSection writes command lines, for the tool that a run's report is about.
        Assert.Empty(
            from package in (string[])["Panoptes", "Panoptes.Coco", "Panoptes.Server", "Panoptes.Torch", "Panoptes.Training"]
            from line in Lines(Path.Combine("src", package), """^(?!\s*//).*"[^"]*(?<![\w-])--[a-z]""")
            where !line.StartsWith("CommandSection.cs", StringComparison.Ordinal)
            select line);
    }

    [Fact]
    public void Properties_that_messages_name_exist()
    {
        string[] packages = ["Panoptes.Coco", "Panoptes.Training"];
        Type[] types = [.. packages.SelectMany(name => System.Reflection.Assembly.Load(name).GetExportedTypes())];
        Regex named = new(@"\b(?:Conversion|DatasetCheck|Merge|Subset|Trainer)Options\.[A-Z]\w*");

        Assert.Empty(
            from line in Lines("src", "\"[^\"]*Options\\.[A-Z]")
            from Match match in named.Matches(line)
            let parts = match.Value.Split('.')
            where types.Single(type => type.Name == parts[0]).GetProperty(parts[1]) is null
            select line);
    }
}
