using Microsoft.Playwright;

namespace Panoptes.Server.Tests.Page;

/// <summary>The Chromium of this machine, driven by Playwright; none is ever downloaded.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>How long a test waits for what has to come, in milliseconds.</summary>
    public const int Patience = 60_000;

    private static readonly string[] s_places =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    private readonly IPlaywright _playwright;

    private Chromium(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        Browser = browser;
    }

    public IBrowser Browser { get; }

    /// <summary>Where it is; null where there is none.</summary>
    public static string? Path { get; } = new[] { Environment.GetEnvironmentVariable("PANOPTES_CHROMIUM") }.Concat(s_places).FirstOrDefault(File.Exists);

    /// <summary>Skips the test, aloud, where there is no browser.</summary>
    public static void SkipUnlessAvailable() =>
        Assert.SkipWhen(Path is null, "A browser is missing: Chromium (apt-get install chromium, or name one in PANOPTES_CHROMIUM).");

    public static async Task<Chromium> StartAsync()
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        // Long, for machines where many tests run at once; a test that passes waits for nothing.
        Assertions.SetDefaultExpectTimeout(Patience);
        // Chromium's sandbox refuses to run as root, which containers of continuous integration do.
        string[] arguments = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? ["--no-sandbox"] : [];
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = arguments }));
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}
