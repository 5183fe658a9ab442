using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Panoptes.Server.Tests;

/// <summary>Keys, headers, other sites, paths.</summary>
public class SecurityTests
{
    private const string Key = "0123456789abcdef-one", Other = "0123456789abcdef-two";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/models", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/models/tiny/card", HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", HttpStatusCode.Unauthorized)]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/readyz", HttpStatusCode.OK)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    [InlineData("/docs/", HttpStatusCode.OK)]
    public async Task A_key_is_needed_for_models_and_figures(string path, HttpStatusCode without)
    {
        await using TestService service = await TestService.StartAsync(null, $"Panoptes:ApiKeys:0={Key}", $"Panoptes:ApiKeys:1={Other}");

        Assert.Equal(without, (await service.Client.GetAsync(path, Stop)).StatusCode);
        Assert.Equal(without, await GetAsync("X-Api-Key", Key[..^1]));
        Assert.Equal(without, await GetAsync("Authorization", "Basic " + Key));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("X-Api-Key", Key));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("X-Api-Key", Other));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("Authorization", "Bearer " + Key));

        async Task<HttpStatusCode> GetAsync(string header, string value)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation(header, value);
            return (await service.Client.SendAsync(request, Stop)).StatusCode;
        }
    }

    [Fact]
    public async Task A_missing_key_is_a_problem_and_the_image_is_not_read()
    {
        await using TestService service = await TestService.StartAsync(o => o.ApiKeys.Add(Key));
        HttpResponseMessage response = await service.PostAsync("not even an image"u8.ToArray());
        await response.ShouldBeAsync(HttpStatusCode.Unauthorized);

        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/assets/index.html")]
    public async Task The_page_may_do_nothing_but_its_own(string path)
    {
        await using TestService service = await TestService.StartAsync();
        HttpResponseMessage response = await service.Client.GetAsync(path, Stop);

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        string page = await response.Content.ReadAsStringAsync(Stop);
        Assert.DoesNotMatch("""(?i)<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|(src|href)="(https?:)?//""", page);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/models")]
    [InlineData("/v1/nothing")]
    [InlineData("/docs/")]
    public async Task Every_answer_has_strict_headers(string path)
    {
        await using TestService service = await TestService.StartAsync();
        HttpResponseHeaders headers = (await service.Client.GetAsync(path, Stop)).Headers;

        Assert.StartsWith("default-src 'none'", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", headers.GetValues("Referrer-Policy").Single());
    }

    [Theory]
    [InlineData("/assets/../appsettings.json")]
    [InlineData("/assets/..%2fappsettings.json")]
    [InlineData("/assets/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets//etc/passwd")]
    [InlineData("/assets/C:%5cWindows%5cwin.ini")]
    public async Task No_path_reaches_the_file_system(string path)
    {
        await using TestService service = await TestService.StartAsync();
        Uri address = service.Client.BaseAddress!;
        using System.Net.Sockets.TcpClient client = new();
        await client.ConnectAsync(address.Host, address.Port, Stop);
        // By hand, since clients tidy paths up.
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n\r\n"), Stop);
        using StreamReader reader = new(client.GetStream());

        Assert.Equal("HTTP/1.1 404 Not Found", await reader.ReadLineAsync(Stop));
    }

    [Fact]
    public async Task A_model_by_a_path_is_unknown()
    {
        await using TestService service = await TestService.StartAsync();
        await (await service.PostAsync(TinyModels.Photo(), "?model=" + Uri.EscapeDataString("/etc/passwd"))).ShouldBeAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Other_sites_may_call_where_they_are_named()
    {
        await using TestService service = await TestService.StartAsync(o => o.CorsOrigins.Add("https://app.example.com")), closed = await TestService.StartAsync();

        Assert.Equal("https://app.example.com", await AllowedAsync(service, "https://app.example.com"));
        Assert.Null(await AllowedAsync(service, "https://evil.example.com"));
        Assert.Null(await AllowedAsync(closed, "https://app.example.com"));

        static async Task<string?> AllowedAsync(TestService service, string origin)
        {
            using HttpRequestMessage request = new(HttpMethod.Options, "/v1/segment");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "x-api-key");
            HttpResponseMessage response = await service.Client.SendAsync(request, Stop);
            return response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? values) ? values.Single() : null;
        }
    }

    [Theory]
    [InlineData("127.0.0.1", "https://segment.example.com/")]
    [InlineData("10.1.2.3", "http://127.0.0.1")]
    public async Task Forwarded_headers_are_believed_of_known_proxies_alone(string proxy, string server)
    {
        await using TestService service = await TestService.StartAsync(null, $"Panoptes:KnownProxies:0={proxy}");
        using HttpRequestMessage request = new(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "segment.example.com");
        string document = await (await service.Client.SendAsync(request, Stop)).Content.ReadAsStringAsync(Stop);

        Assert.StartsWith(server, Regex.Match(document, "\"url\": \"([^\"]+)\"").Groups[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_an_image_is_written_to_disk()
    {
        string temporary = Path.GetTempPath();
        await using TestService service = await TestService.StartAsync();
        using MultipartFormDataContent form = [];
        for (int i = 0; i < 4; i++) form.Add(new ByteArrayContent(TinyModels.Photo(800, 600, i)), "images", $"{i}.jpg");
        HashSet<string> before = [.. Directory.EnumerateFiles(temporary, "ASPNETCORE_*")];
        await TestService.ReadJsonAsync(await service.Client.PostAsync("/v1/segment", form, Stop));

        Assert.Empty(Directory.EnumerateFiles(temporary, "ASPNETCORE_*").Except(before));
    }
}
