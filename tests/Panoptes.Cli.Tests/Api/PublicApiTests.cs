using System.Reflection;

namespace Panoptes.Cli.Tests.Api;

/// <summary>What the packages offer changes on purpose only: each has a list of it, next to its project.</summary>
public class PublicApiTests
{
    private const string Variable = "PANOPTES_UPDATE_API";

    [Theory]
    [InlineData("Panoptes")]
    [InlineData("Panoptes.Coco")]
    [InlineData("Panoptes.Server")]
    [InlineData("Panoptes.Torch")]
    [InlineData("Panoptes.Training")]
    public void The_public_members_are_those_of_the_list(string package)
    {
        string[] found = PublicApi.Of(Assembly.Load(package));
        string path = Path.Combine(Repository.Require("src"), package, "PublicApi.txt");
        if (Environment.GetEnvironmentVariable(Variable) == "1") File.WriteAllText(path, string.Join('\n', found) + "\n");

        string[] listed = File.Exists(path) ? File.ReadAllLines(path) : [];

        string[] changes = [.. found.Except(listed).Select(line => $"+ {line}"), .. listed.Except(found).Select(line => $"- {line}")];
        Assert.True(
            changes.Length == 0,
            $"The public members of {package} are not those of src/{package}/PublicApi.txt. If that is meant, run './build.sh api' "
            + $"(or these tests with {Variable}=1) and commit the list.\n{string.Join('\n', changes)}");
    }

    [Fact]
    public void No_library_opens_its_internals_to_another_one()
    {
        string[] packages = ["Panoptes", "Panoptes.Coco", "Panoptes.Torch", "Panoptes.Training"];

        Assert.Empty(
            from package in packages
            from friend in Assembly.Load(package).GetCustomAttributes<System.Runtime.CompilerServices.InternalsVisibleToAttribute>()
            where packages.Append("Panoptes.Cli").Contains(friend.AssemblyName)
            select $"{package} -> {friend.AssemblyName}");
    }
}
