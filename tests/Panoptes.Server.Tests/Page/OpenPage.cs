using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Panoptes.Server.Tests.Page;

/// <summary>
/// The page in a browser of its own settings. A test ends with <see cref="CheckAsync"/>, which fails on errors of the console and on
/// requests to any other place.
/// </summary>
internal sealed partial class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];
    private readonly List<string> _requests = [];
    private readonly Uri _address;

    private OpenPage(IBrowserContext context, IPage page, Uri address)
    {
        _context = context;
        _address = address;
        Page = page;
        page.Console += (_, message) => { if (message.Type is "error" or "warning") _errors.Add(message.Text); };
        page.PageError += (_, error) => _errors.Add(error);
        page.Request += (_, request) => _requests.Add($"{request.Method} {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>Requests for segmentation so far.</summary>
    public int Segmentations => _requests.Count(r => r.StartsWith("POST", StringComparison.Ordinal));

    public ILocator Title => Page.Locator("#summary-title");

    public ILocator Rows => Page.Locator("#objects-body tr:visible");

    public static async Task<OpenPage> OpenAsync(IBrowser browser, Uri address, BrowserNewContextOptions? options = null, bool waitForModels = true)
    {
        IBrowserContext context = await browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout(Chromium.Patience);
        OpenPage open = new(context, await context.NewPageAsync(), address);
        await open.Page.GotoAsync(address.ToString());
        if (waitForModels) await open.Page.Locator("#model option").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        return open;
    }

    /// <summary>Drops files as a mouse does.</summary>
    public async Task DropAsync(params (string Name, byte[] Bytes)[] files)
    {
        IJSHandle data = await Page.EvaluateHandleAsync(
            """
            files => {
              const data = new DataTransfer();
              for (const { name, bytes } of files) data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name));
              return data;
            }
            """,
            files.Select(f => new { name = f.Name, bytes = Convert.ToBase64String(f.Bytes) }).ToArray());
        await Page.DispatchEventAsync("#main", "dragenter", new { dataTransfer = data });
        await Page.DispatchEventAsync("#main", "drop", new { dataTransfer = data });
    }

    /// <summary>Drops the photograph and waits for its masks.</summary>
    public async Task DropPhotoAsync()
    {
        await DropAsync(("IMG_5021.jpg", await File.ReadAllBytesAsync(PageFixture.Photo)));
        await WaitAsync();
    }

    /// <summary>Waits until the current image's panes have their answers.</summary>
    public async Task WaitAsync()
    {
        await Page.Locator(".pane").First.WaitForAsync();
        await Assertions.Expect(Page.Locator(".pane.busy")).ToHaveCountAsync(0);
    }

    /// <summary>Where a pixel of the image is in the window, while the image fits: as the page's viewport says it.</summary>
    public async Task<(float X, float Y)> PlaceAsync(double x, double y, int width, int height)
    {
        LocatorBoundingBoxResult box = (await Page.Locator(".surface").First.BoundingBoxAsync())!;
        string zoom = await Page.Locator("#zoom-one").InnerTextAsync();
        Assert.Matches(Percent(), zoom);
        double margin = Math.Min(16, box.Width * 0.03);
        double scale = Math.Min(Math.Min((box.Width - (2 * margin)) / width, (box.Height - (2 * margin)) / height), 8);
        return ((float)(box.X + (box.Width / 2) + ((x - (width / 2.0)) * scale)), (float)(box.Y + (box.Height / 2) + ((y - (height / 2.0)) * scale)));
    }

    /// <summary>The number at the head of the panel.</summary>
    public async Task<int> CountAsync()
    {
        Match match = Number().Match(await Title.InnerTextAsync());
        return match.Success ? int.Parse(match.Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Sets the slider as dragging does.</summary>
    public Task SlideAsync(int percent) => Page.Locator("#score").EvaluateAsync(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }", percent);

    /// <summary>Clicks a download and returns its name and bytes.</summary>
    public async Task<(string Name, byte[] Bytes)> DownloadAsync(string button)
    {
        IDownload download = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync(button));
        return (download.SuggestedFilename, await File.ReadAllBytesAsync(await download.PathAsync()));
    }

    /// <summary>Clicks a download and reads it as JSON.</summary>
    public async Task<JsonElement> DownloadJsonAsync(string button) => JsonDocument.Parse((await DownloadAsync(button)).Bytes).RootElement;

    /// <summary>The page has no fault that axe calls serious or critical.</summary>
    public async Task CheckAccessAsync(string state)
    {
        AxeResult result = await Page.RunAxe();
        string[] faults =
        [
            .. result.Violations.Where(v => v.Impact is "serious" or "critical")
                .Select(v => $"{v.Impact}: {v.Help}: {string.Join(", ", v.Nodes.Select(n => n.Html))}"),
        ];
        Assert.True(faults.Length == 0, $"{state}: {string.Join("; ", faults)}");
        Assert.NotEmpty(result.Passes);
    }

    /// <summary>Nothing went wrong in the console, and nothing left for any other place.</summary>
    /// <param name="refused">The statuses that the test asked for; browsers report each as an error.</param>
    public async Task CheckAsync(params int[] refused)
    {
        // Messages come in the order of events; this is the last.
        await Page.EvaluateAsync("() => 0");
        Assert.DoesNotContain(_errors, e => !refused.Any(status => e.Contains($"status of {status}", StringComparison.Ordinal)));
        string[] allowed = [_address.ToString(), "blob:" + _address, "data:"];
        Assert.All(_requests, r => Assert.Contains(allowed, place => r[(r.IndexOf(' ', StringComparison.Ordinal) + 1)..].StartsWith(place, StringComparison.Ordinal)));
        Assert.NotEmpty(_requests);
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    [GeneratedRegex(@"^\d+ %$")]
    private static partial Regex Percent();

    [GeneratedRegex(@"^[\d,]+")]
    private static partial Regex Number();
}
