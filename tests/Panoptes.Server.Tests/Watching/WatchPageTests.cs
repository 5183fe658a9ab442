using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Panoptes.Server.Tests.Page;

namespace Panoptes.Server.Tests.Watching;

/// <summary>The page that watches runs, in the Chromium of this machine; skipped aloud without one.</summary>
public sealed class WatchPageTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private Chromium? _chromium;
    private WatchService _service = null!;

    private string Runs => Path.Combine(_folder.Path, "runs");

    public async ValueTask InitializeAsync()
    {
        _service = await WatchService.StartAsync(Runs);
        if (Chromium.Path is not null) _chromium = await Chromium.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null) await _chromium.DisposeAsync();
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_that_begins_and_grows_while_the_page_is_open_shows_its_points()
    {
        await using OpenPage open = await OpenAsync();
        await Assertions.Expect(open.Page.GetByText("There is no run yet")).ToBeVisibleAsync();

        using TestRun run = NewRun("first");
        run.Log(1, 4, ap: 0.125);
        ILocator loss = Chart(open, "Loss");
        await Assertions.Expect(loss.Locator(".legend b")).ToHaveTextAsync("4");

        run.Log(2, 4);
        run.Log(50, 4);
        await Assertions.Expect(open.Page.Locator(".progress")).ToHaveTextAsync("50 / 100");
        await Assertions.Expect(Slider(loss)).ToHaveAttributeAsync("aria-valuenow", "50");
        // Three points make a line with two pieces.
        await Assertions.Expect(loss.Locator("path.line")).ToHaveAttributeAsync("d", new Regex("^M[^ML]+L[^ML]+L[^ML]+$"));
        await Assertions.Expect(Chart(open, "Average precision").Locator(".legend")).ToContainTextAsync("mask AP 0.125");
        await Assertions.Expect(open.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("live");
        await open.CheckAsync();
    }

    [Fact]
    public async Task A_resumed_run_loses_what_it_dropped()
    {
        using TestRun run = NewRun("run");
        foreach (int iteration in new[] { 10, 20, 30 }) run.Log(iteration, 4);
        await using OpenPage open = await OpenAsync();
        ILocator loss = Chart(open, "Loss");
        await Assertions.Expect(Slider(loss)).ToHaveAttributeAsync("aria-valuenow", "30");

        run.Resume(10);
        await Assertions.Expect(Slider(loss)).ToHaveAttributeAsync("aria-valuenow", "10");
        await open.CheckAsync();
    }

    [Fact]
    public async Task Runs_are_compared_in_charts_and_settings()
    {
        using TestRun first = NewRun("first"), second = NewRun("second", learningRate: 0.005);
        foreach (int iteration in new[] { 10, 20 })
        {
            first.Log(iteration, 4, ap: 0.25);
            second.Log(iteration, 2, ap: 0.5);
        }

        await using OpenPage open = await OpenAsync();
        await ShowAsync(open, "first", "second");
        await Assertions.Expect(Chart(open, "Loss").Locator(".legend li")).ToHaveTextAsync(["second 2", "first 4"]);
        await Assertions.Expect(Chart(open, "Mask AP").Locator(".legend li")).ToHaveTextAsync(["second 0.500", "first 0.250"]);
        await Assertions.Expect(Chart(open, "Loss: mask").Locator("path.line")).ToHaveCountAsync(2);
        ILocator differing = open.Page.GetByRole(AriaRole.Region, new() { Name = "Settings that differ" }).GetByRole(AriaRole.Row);
        await Assertions.Expect(differing).ToHaveCountAsync(2);
        await Assertions.Expect(differing.Last).ToHaveTextAsync("optimizer.learning_rate0.0050.01");
        await open.CheckAccessAsync("two runs");

        await open.Page.GetByRole(AriaRole.Checkbox, new() { Name = "second" }).UncheckAsync();
        await Assertions.Expect(Chart(open, "Loss").Locator(".legend li")).ToHaveTextAsync(["total 4"]);
        await open.CheckAsync();
    }

    [Fact]
    public async Task Values_are_read_out_by_mouse_by_keyboard_and_as_a_table()
    {
        using TestRun run = NewRun("run");
        foreach (int iteration in new[] { 10, 20, 30, 40 }) run.Log(iteration, iteration / 10.0);
        await using OpenPage open = await OpenAsync();
        ILocator loss = Chart(open, "Loss"), parts = Chart(open, "Losses by name");
        await open.Page.Locator("#smoothing").FillAsync("0");

        await Slider(loss).FocusAsync();
        await open.Page.Keyboard.PressAsync("Home");
        await open.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(loss.Locator(".place")).ToHaveTextAsync("iteration 20");
        await Assertions.Expect(loss.Locator(".legend li")).ToHaveTextAsync(["total 2"]);
        await Assertions.Expect(parts.Locator(".legend li")).ToHaveTextAsync(["class 1", "mask 1"]); // all charts are read at one place
        await Assertions.Expect(Slider(loss)).ToHaveAttributeAsync("aria-valuetext", "iteration 20: total 2");
        await open.Page.Keyboard.PressAsync("Escape");

        LocatorBoundingBoxResult box = (await loss.Locator("svg.chart").BoundingBoxAsync())!;
        await open.Page.Mouse.MoveAsync(box.X + (box.Width * (58 + (0.74f * 476)) / 560), box.Y + (box.Height / 2));
        await Assertions.Expect(loss.Locator(".place")).ToHaveTextAsync("iteration 30");

        await open.Page.Locator("#x-axis").SelectOptionAsync("seconds");
        await open.Page.Locator("#log-scale").CheckAsync();
        await Assertions.Expect(loss.Locator("svg.chart > text.tick").Last).ToBeVisibleAsync();
        await loss.Locator("summary").ClickAsync();
        await Assertions.Expect(loss.Locator("table tr")).ToHaveTextAsync(["time (s)total", "804", "603", "402", "201"]);
        await open.CheckAccessAsync("with a table");
        await open.CheckAsync();
    }

    [Fact]
    public async Task Samples_follow_the_training_or_the_slider()
    {
        using TestRun run = NewRun("run");
        run.Log(10, 2, ap: 0.1);
        run.AddSample(10, "street.png");
        await using OpenPage open = await OpenAsync();
        ILocator image = open.Page.Locator(".sheets img"), iteration = open.Page.Locator(".samples output");
        await Assertions.Expect(iteration).ToHaveTextAsync("10 (1 of 1)");

        run.AddSample(20, "street.png");
        await Assertions.Expect(iteration).ToHaveTextAsync("20 (2 of 2)");
        await Assertions.Expect(image).ToHaveAttributeAsync("src", new Regex("/samples/20/street.png$"));
        await image.ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(image).ToHaveJSPropertyAsync("naturalWidth", 64);

        await open.Page.GetByRole(AriaRole.Slider, new() { Name = "Iteration", Exact = true }).FocusAsync();
        await open.Page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(iteration).ToHaveTextAsync("10 (1 of 2)");
        run.AddSample(30, "street.png");
        await Assertions.Expect(iteration).ToHaveTextAsync("10 (1 of 3)"); // where someone looks, it stays
        await open.CheckAsync();
    }

    [Fact]
    public async Task It_fits_a_phone_and_the_dark()
    {
        using TestRun run = NewRun("a-run-with-quite-a-long-name-that-somebody-gave-it");
        run.Log(10, 2, ap: 0.1);
        run.AddSample(10, "street.png");
        BrowserNewContextOptions phone = new()
        {
            ViewportSize = new() { Width = 390, Height = 844 },
            IsMobile = true,
            HasTouch = true,
            ColorScheme = ColorScheme.Dark,
        };
        await using OpenPage open = await OpenAsync(phone);
        await Assertions.Expect(open.Page.Locator(".sheets img")).ToHaveCountAsync(1);

        Assert.True(await open.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        await open.CheckAccessAsync("phone, dark");
        await open.CheckAsync();
    }

    private async Task<OpenPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Chromium.SkipUnlessAvailable();
        return await OpenPage.OpenAsync(_chromium!.Browser, _service.Client.BaseAddress!, options, waitForModels: false);
    }

    private static async Task ShowAsync(OpenPage open, params string[] names)
    {
        foreach (string name in names) await open.Page.GetByRole(AriaRole.Checkbox, new() { Name = name }).CheckAsync();
    }

    private static ILocator Chart(OpenPage open, string title) =>
        open.Page.Locator("figure.card").Filter(new() { Has = open.Page.Locator($"figcaption b:text-is(\"{title}\")") });

    private static ILocator Slider(ILocator chart) => chart.GetByRole(AriaRole.Slider);

    private TestRun NewRun(string name, double learningRate = 0.01) => new(Path.Combine(Runs, name), learningRate: learningRate);
}
