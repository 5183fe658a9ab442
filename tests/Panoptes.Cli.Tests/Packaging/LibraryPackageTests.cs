using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Export;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>
/// The program of the package's own README, in an empty project that knows nothing but the package: built, trimmed into a single file, and
/// compiled to native code. Each must find what this process finds.
/// </summary>
[Collection(nameof(PackagingCollection))]
public sealed class LibraryPackageTests(PackagingFixture packaging) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_readmes_program_runs_from_the_package()
    {
        string project = await CreateProjectAsync();
        await DotnetCommand.RunAsync(project, "build", "-o", _folder.Full("out"));

        await ShouldFindTheSameAsync(_folder.Full("out"));
    }

    [Fact]
    public async Task It_runs_trimmed_as_a_single_file()
    {
        string project = await CreateProjectAsync();
        await DotnetCommand.RunAsync(
            project, "publish", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "-p:PublishTrimmed=true",
            "-p:PublishSingleFile=true", "-p:TreatWarningsAsErrors=true", "-p:TrimmerSingleWarn=false", "-o", _folder.Full("out"));

        await ShouldFindTheSameAsync(_folder.Full("out"));
    }

    [Fact]
    public async Task It_runs_compiled_to_native_code()
    {
        RequireLinker();
        string project = await CreateProjectAsync();
        await DotnetCommand.RunAsync(
            project, "publish", "-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true", "-p:TreatWarningsAsErrors=true",
            "-p:TrimmerSingleWarn=false", "-o", _folder.Full("out"));

        Assert.False(File.Exists(_folder.Full("out/program.dll")), "there is nothing left to compile at run time");
        await ShouldFindTheSameAsync(_folder.Full("out"));
    }

    /// <summary>Skips the test, aloud, where nothing links native code.</summary>
    internal static void RequireLinker() => Assert.SkipWhen(
        OperatingSystem.IsLinux() && !IsOnPath("clang") && !IsOnPath("gcc"), "native code is linked by clang or gcc; neither is here");

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private async Task<string> CreateProjectAsync()
    {
        await packaging.PackAsync("Panoptes");
        string package = Directory.GetFiles(packaging.Packages, "Panoptes.*.nupkg").Single(file => Regex.IsMatch(file, @"Panoptes\.\d[^/\\]*\.nupkg$"));
        string version = Regex.Match(package, @"Panoptes\.(\d.*)\.nupkg$").Groups[1].Value;
        string versions = File.ReadAllText(Repository.Require("Directory.Packages.props"));
        string runtime = Regex.Match(versions, "\"Microsoft.ML.OnnxRuntime\" Version=\"([^\"]+)\"").Groups[1].Value;
        string readme = File.ReadAllText(Repository.Require("src/Panoptes/PACKAGE.md"));
        // Packages of an earlier run with this version must not be taken for this one's: they are restored into a folder of the test.
        _folder.Write("program/nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder.Full("restored")}" /></config>
              <fallbackPackageFolders><add key="shared" value="{SharedPackages()}" /></fallbackPackageFolders>
              <packageSources><add key="built" value="{packaging.Packages}" /></packageSources>
            </configuration>
            """);
        _folder.Write("program/Program.cs", Regex.Match(readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);
        return Path.GetDirectoryName(_folder.Write("program/program.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Panoptes" Version="{version}" />
                <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{runtime}" />
              </ItemGroup>
            </Project>
            """))!;
    }

    private static string SharedPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private async Task ShouldFindTheSameAsync(string output)
    {
        string work = Directory.CreateDirectory(_folder.Full("work")).FullName;
        WriteModel(Path.Combine(work, "model.onnx"));
        Image photo = new(96, 64);
        new Random(3).NextBytes(photo.Pixels);
        photo.Save(Path.Combine(work, "photo.jpg"));
        using Segmenter segmenter = Segmenter.Load(Path.Combine(work, "model.onnx"), new SegmenterOptions { MinScore = 0.3 });
        Segmentation expected = segmenter.Segment(Image.Load(Path.Combine(work, "photo.jpg")), TestContext.Current.CancellationToken);
        Assert.NotEmpty(expected.Instances);

        string program = Path.Combine(output, OperatingSystem.IsWindows() ? "program.exe" : "program");
        ToolResult result = await ToolRunner.RunProgramAsync(program, [], InWorkFolder);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(expected.Instances.Select(Line), result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(photo.Size, Image.ReadSize(Path.Combine(work, "found.png")));

        void InWorkFolder(ProcessStartInfo start) => start.WorkingDirectory = work;
    }

    private static string Line(Instance instance)
    {
        Rle mask = instance.Mask;
        return $"{instance.ClassName} {instance.Score:0.00} {instance.Box} {mask.Area} pixels";
    }

    /// <summary>A network of random weights whose classifier begins with seeing objects everywhere.</summary>
    internal static void WriteModel(string path)
    {
        TorchRuntime.Seed(5);
        PanoptesConfig config = ConfigLoader.Parse(
            """
            model:
              backbone: { type: resnet18, norm: group_norm, norm_groups: 2, base_width: 4, frozen_stages: 0 }
              fpn: { channels: 8 }
              head: { channels: 8, convs: 1, norm_groups: 2, prior: 0.7 }
              fcos: { level_boundaries: [16, 32, 48, 64] }
              embedmask: { embedding_dim: 4, mask_convs: 1 }
            """,
            "tiny");
        ModelCard card = ModelCards.Create(config, [new ModelClass("cat", 1), new ModelClass("dog", 2)]);
        using TrainableModel model = ModelFactory.Create(config, card);
        string trained = path + ".safetensors";
        ModelFile.Save(trained, model, card);
        using TorchNetwork network = ModelFile.Load(trained);
        OnnxExport.Write(path, network);
    }
}
