namespace Panoptes.Server.Tests.Samples;

/// <summary>samples/README.md names every sample, and the solution builds it.</summary>
public class SampleListTests
{
    [Fact]
    public void Every_sample_is_listed_and_built()
    {
        string readme = File.ReadAllText(Repository.Require("samples/README.md"));
        string solution = File.ReadAllText(Repository.Require("Panoptes.slnx"));
        string[] names = [.. Directory.GetDirectories(Repository.Require("samples")).Select(f => Path.GetFileName(f))];

        Assert.NotEmpty(names);
        foreach (string name in names.Where(n => n is not "mushrooms"))
        {
            Assert.Contains($"[{name}]({name}/", readme, StringComparison.Ordinal);
            Assert.Contains($"samples/{name} --", readme, StringComparison.Ordinal);
            Assert.Contains($"samples/{name}/{name}.csproj", solution, StringComparison.Ordinal);
        }
    }
}
