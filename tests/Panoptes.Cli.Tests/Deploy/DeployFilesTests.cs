using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Panoptes.Cli.Tests.Deploy;

/// <summary>
/// The files of deploy/: the service starts with the arguments, variables and settings that they give it (unknown ones would stop it), and
/// what they ask of it is there. No container engine takes part.
/// </summary>
public class DeployFilesTests
{
    private const int ShutdownSeconds = 30;
    private const int HostSeconds = 5; // what AddPanoptes adds

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Containerfile => ReadFile("Containerfile.serve");

    private static string[] Entrypoint => Array(Containerfile, "ENTRYPOINT (.*)");

    [Fact]
    public async Task The_images_command_serves_and_its_health_check_tells_so()
    {
        Posix.Require();
        Posix.RequireProgram("bash");
        Assert.Equal(["dotnet", "/opt/panoptes/Panoptes.Cli.dll"], Entrypoint[..2]);
        string[] check = Array(Containerfile, @"HEALTHCHECK [^\n]*\\\n    CMD (.*)");
        Uri address;
        string[] command = [.. Entrypoint[2..], .. Array(Containerfile, "\nCMD (.*)")];
        using (DeployedService service = await DeployedService.StartAsync(command, ImageVariables()))
        {
            address = service.Client.BaseAddress!;
            Assert.Equal(0, await CheckAsync());
            Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/readyz", Stop)).StatusCode);
            Assert.Equal(130, await service.TerminateAsync());
        }

        Assert.NotEqual(0, await CheckAsync());

        async Task<int> CheckAsync()
        {
            string local = check[^1].Replace("127.0.0.1/8080", $"{address.Host}/{address.Port}", StringComparison.Ordinal);
            Assert.NotEqual(local, check[^1]);
            return (await ToolRunner.RunProgramAsync(check[0], [.. check[1..^1], local])).Code;
        }
    }

    [Fact]
    public async Task The_compose_files_service_starts()
    {
        Posix.Require();
        JsonElement service = Assert.Single(Yaml.Read(ReadFile("compose.yaml"))).At("services.panoptes");
        string folder = Path.Combine(Repository.Require("deploy"), service.At("build.context").GetString()!);
        string file = Path.Combine(folder, service.At("build.dockerfile").GetString()!);
        Assert.Equal(Repository.Require("deploy/Containerfile.serve"), Path.GetFullPath(file));
        Assert.EndsWith(":/models:ro", Assert.Single(service.At("volumes").Texts()), StringComparison.Ordinal);
        Assert.EndsWith(":8080", Assert.Single(service.At("ports").Texts()), StringComparison.Ordinal);
        Dictionary<string, string> variables = service.At("environment").EnumerateObject()
            .ToDictionary(v => v.Name, v => v.Value.GetString()!);
        ShouldFit(variables["Panoptes__ShutdownTimeout"], int.Parse(service.At("stop_grace_period").GetString()!.TrimEnd('s')));

        using DeployedService running = await DeployedService.StartAsync(
            [.. Entrypoint[2..], .. service.At("command").Texts()], ImageVariables().Concat(variables));

        Assert.Equal(HttpStatusCode.OK, (await running.Client.GetAsync("/readyz", Stop)).StatusCode);
        Assert.Equal(130, await running.TerminateAsync());
    }

    [Fact]
    public async Task The_manifests_container_starts_with_its_settings_and_answers_its_probes()
    {
        Posix.Require();
        IReadOnlyList<JsonElement> all = Yaml.Read(ReadFile("kubernetes.yaml"));
        Assert.Equal(["ConfigMap", "Deployment", "Service"], all.Select(d => d.At("kind").GetString()));
        JsonElement pod = all[1].At("spec.template.spec"), container = Assert.Single(pod.At("containers").EnumerateArray());
        string settings = all[0].At("data").GetProperty("appsettings.json").GetString()!;
        string timeout = JsonDocument.Parse(settings).RootElement.At("Panoptes.ShutdownTimeout").GetString()!;
        ShouldFit(timeout, pod.At("terminationGracePeriodSeconds").GetInt32() - container.At("lifecycle.preStop.sleep.seconds").GetInt32());
        string labels = all[1].At("spec.template.metadata.labels").GetRawText();
        Assert.Equal((labels, labels), (all[1].At("spec.selector.matchLabels").GetRawText(), all[2].At("spec.selector").GetRawText()));
        Assert.Equal(pod.At("volumes").EnumerateArray().Select(Name), container.At("volumeMounts").EnumerateArray().Select(Name));
        Assert.Equal(Regex.Match(Containerfile, "WORKDIR (.*)").Groups[1].Value, container.At("volumeMounts.0.mountPath").GetString());
        Assert.Equal(8080, container.At("ports.0.containerPort").GetInt32());
        string port = Name(container.At("ports.0"))!;
        Assert.Equal(port, all[2].At("spec.ports.0.targetPort").GetString());

        using DeployedService running = await DeployedService.StartAsync(
            [.. Entrypoint[2..], .. container.At("args").Texts()], ImageVariables(), settings);

        foreach (string probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            JsonElement get = container.At(probe + ".httpGet");
            Assert.Equal(port, get.At("port").GetString());
            Assert.Equal(HttpStatusCode.OK, (await running.Client.GetAsync(get.At("path").GetString(), Stop)).StatusCode);
        }

        using JsonDocument models = JsonDocument.Parse(await running.Client.GetStringAsync("/v1/models", Stop));
        Assert.Equal("person", models.RootElement.At("models.0.name").GetString());
        Assert.Equal(130, await running.TerminateAsync());

        static string? Name(JsonElement element) => element.GetProperty("name").GetString();
    }

    [Fact]
    public async Task The_units_service_starts_and_its_exit_is_a_success()
    {
        Posix.Require();
        string unit = ReadFile("panoptes.service");
        string[] command = Setting(unit, "ExecStart").Single().Split(' ');
        Assert.Equal(["/usr/bin/dotnet", "/opt/panoptes/Panoptes.Cli.dll"], command[..2]);
        Dictionary<string, string> variables = Setting(unit, "Environment").SelectMany(Pairs).ToDictionary();
        ShouldFit(variables["Panoptes__ShutdownTimeout"], int.Parse(Setting(unit, "TimeoutStopSec").Single()));

        using DeployedService running = await DeployedService.StartAsync(command[2..], variables);

        Assert.Equal(HttpStatusCode.OK, (await running.Client.GetAsync("/readyz", Stop)).StatusCode);
        Assert.Equal(Setting(unit, "SuccessExitStatus").Single(), $"{await running.TerminateAsync()}");
    }

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        Posix.RequireProgram("systemd-analyze");
        using TemporaryFolder folder = new();
        // The program that it starts need not be where this machine has it.
        string unit = ReadFile("panoptes.service").Replace("/usr/bin/dotnet", Environment.ProcessPath, StringComparison.Ordinal);
        string path = folder.Write("panoptes.service", unit);

        ToolResult result = await ToolRunner.RunProgramAsync("systemd-analyze", ["verify", "--man=no", path]);

        Assert.True(result.Code == 0, result.Error);
        // Other units of the machine may be told of; not a line about this one.
        Assert.DoesNotContain("panoptes", result.Error, StringComparison.Ordinal);
    }

    private static void ShouldFit(string shutdownTimeout, int grace)
    {
        Assert.Equal(TimeSpan.FromSeconds(ShutdownSeconds), TimeSpan.Parse(shutdownTimeout));
        Assert.True(grace >= ShutdownSeconds + HostSeconds + 5, $"{grace} seconds are too few for {shutdownTimeout}");
    }

    private static string ReadFile(string name) =>
        File.ReadAllText(Path.Combine(Repository.Require("deploy"), name)).ReplaceLineEndings("\n");

    private static string[] Array(string text, string pattern) =>
        JsonSerializer.Deserialize<string[]>(Regex.Match(text, pattern).Groups[1].Value)!;

    private static IEnumerable<KeyValuePair<string, string>> ImageVariables() =>
        Pairs(Regex.Match(Containerfile, "\nENV (.*)").Groups[1].Value);

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string line) =>
        line.Split(' ').Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]));

    private static IEnumerable<string> Setting(string unit, string name) =>
        Regex.Matches(unit, $"(?m)^{name}=(.*)$").Select(m => m.Groups[1].Value);
}
