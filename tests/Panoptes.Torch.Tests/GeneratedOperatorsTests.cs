using Panoptes.Testing;
using Panoptes.Torch.Generator;

namespace Panoptes.Torch.Tests;

public class GeneratedOperatorsTests
{
    // Newer versions add arguments.
    private const string VersionOfTheFile = "2.10";

    [Fact]
    public void The_committed_operators_are_what_the_generator_writes()
    {
        Assert.SkipUnless(
            TorchRuntime.Version.StartsWith(VersionOfTheFile, StringComparison.Ordinal), $"the file is generated from libtorch {VersionOfTheFile}");
        string project = Repository.Require("src/Panoptes.Torch");
        string generated = OperatorFile.Write(
            File.ReadLines(Path.Combine(project, "operators.txt")), SchemaFile.Read(TorchRuntime.LibraryPath).Find);
        Assert.Equal(File.ReadAllText(Path.Combine(project, "Generated", "Tensor.Operators.cs")), generated, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void An_operator_that_libtorch_lacks_is_an_error_that_names_it()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => SchemaFile.Read(TorchRuntime.LibraryPath).Find("frobnicate.Tensor"));
        Assert.Contains("frobnicate.Tensor", error.Message);
    }
}
