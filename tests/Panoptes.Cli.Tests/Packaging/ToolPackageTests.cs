using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>The packages that `dotnet pack` makes.</summary>
[Collection(nameof(PackagingCollection))]
public class ToolPackageTests(PackagingFixture packaging)
{
    private static string[] Systems { get; } = ["linux-x64", "osx-arm64", "win-x64"];

    [Fact]
    public async Task The_installed_tool_runs_from_an_empty_folder()
    {
        string system = RuntimeInformation.RuntimeIdentifier;
        Assert.SkipUnless(Systems.Contains(system), $"there is no package of the tool for {system}");
        await packaging.PackAsync("Panoptes.Cli", $"-p:ToolSystems={system}", "-p:PublishReadyToRun=false");
        ShouldHoldModels(system);

        string empty = Directory.CreateDirectory(packaging.Full("empty")).FullName;
        string place = packaging.Full("tools");
        await DotnetCommand.RunAsync(
            empty, "tool", "install", "Panoptes.Cli", "--tool-path", place, "--add-source", packaging.Packages, "--no-cache");
        string tool = Path.Combine(place, OperatingSystem.IsWindows() ? "panoptes.exe" : "panoptes");
        ToolResult version = await ToolRunner.RunProgramAsync(tool, ["--version"], InEmptyFolder);
        ToolResult doctor = await ToolRunner.RunProgramAsync(tool, ["doctor", "--json"], InEmptyFolder);
        ToolResult models = await ToolRunner.RunProgramAsync(tool, ["model", "list"], InEmptyFolder);

        Assert.Equal((0, ""), (version.Code, version.Error));
        Assert.StartsWith("panoptes ", version.Output, StringComparison.Ordinal);
        Assert.Equal(0, doctor.Code);
        JsonElement libtorch = doctor.Json().GetProperty("findings").EnumerateArray()
            .Single(f => f.GetProperty("name").GetString() == "libtorch");
        Assert.StartsWith(place, libtorch.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Contains("embedmask_r50_fpn_1x", models.Output, StringComparison.Ordinal);

        void InEmptyFolder(ProcessStartInfo start)
        {
            start.WorkingDirectory = empty;
            start.Environment.Remove("PANOPTES_LIBTORCH");
        }
    }

    /// <summary>Explicit: .NET's own packages for three systems, 300 MB of libtorch, and minutes of compressing.</summary>
    [Fact(Explicit = true)]
    public async Task There_is_a_package_for_each_system()
    {
        await packaging.PackAsync("Panoptes.Cli");

        Assert.Equal(
            Systems.Select(s => $"Panoptes.Cli.{s}").Prepend("Panoptes.Cli"),
            Directory.GetFiles(packaging.Packages, "Panoptes.Cli.*").Select(IdOf).Order(StringComparer.Ordinal));
        foreach (string system in Systems)
        {
            TargetSystem target = new(system);
            string[] names = Entries($"Panoptes.Cli.{system}");
            Assert.Contains($"tools/net10.0/{system}/{target.FileName("torch_cpu")}", names);
            Assert.DoesNotContain(names, name => name.Contains("torch_python", StringComparison.Ordinal));
            ShouldHoldModels(system);
        }
    }

    [Theory]
    [InlineData("Panoptes")]
    [InlineData("Panoptes.Coco")]
    [InlineData("Panoptes.Torch")]
    [InlineData("Panoptes.Training")]
    public async Task Packages_of_libraries_hold_nothing_native(string library)
    {
        await packaging.PackAsync(library);

        string[] names = Entries(library);
        string[] configurations = [.. names.Where(name => name.StartsWith("contentFiles/any/any/configs/", StringComparison.Ordinal))];
        Assert.Equal(library == "Panoptes.Training", configurations.Contains("contentFiles/any/any/configs/models/embedmask_slim.yaml"));
        Assert.All(configurations, name => Assert.EndsWith(".yaml", name));
        Assert.Equal(
            ["LICENSE", "PACKAGE.md", "THIRD-PARTY-NOTICES.md", "icon.png", $"lib/net10.0/{library}.dll", $"lib/net10.0/{library}.xml"],
            names.Except(configurations).Where(n => !n.EndsWith(".nuspec", StringComparison.Ordinal) && !n.EndsWith(".psmdcp", StringComparison.Ordinal)
                && n is not ("[Content_Types].xml" or "_rels/.rels")).Order(StringComparer.Ordinal));
    }

    private void ShouldHoldModels(string system)
    {
        string[] names = Entries($"Panoptes.Cli.{system}");
        string[] models = [.. Directory.GetFiles(Repository.Require("models"), "*.safetensors").Select(file => Path.GetFileName(file))];
        Assert.NotEmpty(models);
        Assert.All(models, model => Assert.Contains($"tools/net10.0/{system}/models/{model}", names));
        Assert.Contains($"tools/net10.0/{system}/weights/resnet18_imagenet.onnx", names);
    }

    private static string IdOf(string package) => Regex.Replace(Path.GetFileName(package), @"\.\d+\.\d+\.\d+\.nupkg$", "");

    private string[] Entries(string id)
    {
        using ZipArchive archive = ZipFile.OpenRead(Directory.GetFiles(packaging.Packages).Single(file => IdOf(file) == id));
        return [.. archive.Entries.Select(e => e.FullName)];
    }
}
