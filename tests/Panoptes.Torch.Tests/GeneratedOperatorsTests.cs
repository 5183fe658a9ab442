using Panoptes.Testing;
using Panoptes.Torch.Generator;
using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Tests;

public class GeneratedOperatorsTests
{
    // Newer versions add arguments and say int where 1.13 says SymInt; the methods work with both.
    private const string VersionOfTheFile = "1.13";

    [Fact]
    public void The_committed_operators_are_what_the_generator_writes()
    {
        Assert.SkipUnless(
            TorchRuntime.Version.StartsWith(VersionOfTheFile, StringComparison.Ordinal), $"the file is generated from libtorch {VersionOfTheFile}");
        string project = Repository.Require("src/Panoptes.Torch");
        string generated = OperatorFile.Write(File.ReadLines(Path.Combine(project, "operators.txt")), Schema);
        Assert.Equal(File.ReadAllText(Path.Combine(project, "Generated", "Tensor.Operators.cs")), generated, ignoreLineEndingDifferences: true);
    }

    private static string Schema(string name, string overload)
    {
        nint op = Native.FindOperator(name, overload);
        Assert.True(op != 0, $"libtorch has no {name}.{overload}");
        return Native.OperatorSchema(op);
    }
}
