using Panoptes.Cli.Tests.Packaging;

namespace Panoptes.Cli.Tests.Docs;

/// <summary>The documentation as a site: articles and the API's reference.</summary>
[Collection(nameof(PackagingCollection))]
public class DocsSiteTests
{
    [Fact]
    public async Task The_site_builds_without_a_warning()
    {
        string root = Repository.Require("");
        using TemporaryFolder folder = new();

        // docfx leaves the pages of types that are gone, whose links then lead nowhere.
        string pages = Path.Combine(root, "artifacts", "docs-api");
        if (Directory.Exists(pages)) Directory.Delete(pages, recursive: true);
        await DotnetCommand.RunAsync(root, "tool", "restore");
        await DotnetCommand.RunAsync(root, "docfx", "docfx.json", "--warningsAsErrors", "--output", folder.Path);

        Assert.True(File.Exists(folder.Full("index.html")));
        Assert.True(File.Exists(folder.Full("api/Panoptes.Inference.Segmenter.html")));
    }
}
