using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Panoptes.Server.Tests;

/// <summary>docs/serving.md: what it says to type works, and its tables say what there is.</summary>
public sealed class ServingDocsTests : IDisposable
{
    private const string Key = "0123456789abcdef";

    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-docs-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Page => File.ReadAllText(Repository.Require("docs/serving.md"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_example_of_curl_runs()
    {
        Assert.SkipUnless(IsOnPath("curl") && IsOnPath("sh"), "needs curl and sh");
        string[] examples = [.. Regex.Matches(Page, "```sh\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value)];
        Assert.True(examples.Length >= 15, $"{examples.Length} examples");
        await using TestService service = await TestService.StartAsync(options =>
        {
            options.Models.Clear();
            (options.Models["person"], options.Models["scene"]) = (Person(), TinyModels.Panoptic);
            options.DefaultModel = "person";
        });
        await using TestService guarded = await TestService.StartAsync(options => options.ApiKeys.Add(Key));
        foreach (string name in (string[])["photo.jpg", "other.jpg", "000012.jpg"]) File.WriteAllBytes(Path.Combine(_folder, name), TinyModels.Photo());
        File.WriteAllText(Path.Combine(_folder, ".curlrc"), "fail-with-body\nsilent\nshow-error\n");

        foreach (string example in examples)
        {
            TestService asked = example.Contains("$KEY", StringComparison.Ordinal) ? guarded : service;
            string command = example.Replace("http://127.0.0.1:8080", asked.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal);
            ProcessStartInfo start = new("sh", ["-c", command])
            {
                WorkingDirectory = _folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            (start.Environment["CURL_HOME"], start.Environment["KEY"]) = (_folder, Key);
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(Stop), error = process.StandardError.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            Assert.True(process.ExitCode == 0, $"{command}\n{await output}{await error}");
        }

        Assert.All((string[])["overlay.jpg", "overlay.webp", "segments.png"], name => Imaging.Image.Load(Path.Combine(_folder, name)));
    }

    [Fact]
    public void The_table_lists_every_option_with_its_default()
    {
        PanoptesServerOptions options = new();
        Dictionary<string, string> listed = Regex.Matches(Section("## Options"), "(?m)^\\| `([\\w:]+)` \\|([^|]*)\\|").ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim());
        string[] named = [.. typeof(PanoptesServerOptions).GetProperties().Select(p => p.Name).Where(n => n is not ("Models" or "Limits" or "OpenModel"))];

        Assert.Equal(
            named.Concat(["Models:NAME", "Limits:MaxBytes", "Limits:MaxPixels", "Limits:MaxSide"]).Order(StringComparer.Ordinal),
            listed.Keys.Order(StringComparer.Ordinal));
        foreach (string name in named)
        {
            string value = typeof(PanoptesServerOptions).GetProperty(name)!.GetValue(options) switch
            {
                null when name == "DefaultModel" => "the first",
                null or IList<string> => "none",
                bool flag => flag ? "true" : "false",
                IFormattable other => other.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                _ => "",
            };
            Assert.Equal((name, value), (name, listed[name]));
        }

        Assert.Equal(
            (options.Limits.MaxBytes, options.Limits.MaxPixels, options.Limits.MaxSide),
            (long.Parse(listed["Limits:MaxBytes"]), long.Parse(listed["Limits:MaxPixels"]), int.Parse(listed["Limits:MaxSide"])));
    }

    [Fact]
    public async Task The_table_of_parameters_is_the_documents()
    {
        await using TestService service = await TestService.StartAsync();
        string[] listed = [.. Regex.Matches(Section("## Segmenting"), "(?m)^\\| `(\\w+)` \\|").Select(m => m.Groups[1].Value)];

        Assert.Equal(
            (await service.GetAsync("/openapi/v1.json")).GetProperty("paths").GetProperty("/v1/segment").GetProperty("post").GetProperty("parameters")
                .EnumerateArray().Select(p => p.GetProperty("name").GetString()),
            listed);
    }

    /// <summary>The three lines of an application are those of the package's README and of the type's documentation.</summary>
    [Fact]
    public void The_packages_program_is_the_pages()
    {
        string program = Regex.Match(Page, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

        Assert.Contains(program, File.ReadAllText(Repository.Require("src/Panoptes.Server/PACKAGE.md")), StringComparison.Ordinal);
    }

    private static string Section(string title)
    {
        string page = Page;
        int start = page.IndexOf(title, StringComparison.Ordinal);
        int end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return page[start..(end < 0 ? page.Length : end)];
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    // The examples filter by the class of the shipped model.
    private static string Person() => TinyModels.WithClasses("person", "dog");
}
