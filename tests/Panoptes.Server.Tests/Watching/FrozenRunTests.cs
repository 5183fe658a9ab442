using Microsoft.Playwright;
using Panoptes.Server.Tests.Page;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Reports;

namespace Panoptes.Server.Tests.Watching;

/// <summary>A run's report.html in the Chromium of this machine, opened from disk; skipped aloud without one.</summary>
public sealed class FrozenRunTests
{
    [Fact]
    public async Task The_report_is_the_page_that_watches_frozen_into_one_file()
    {
        Chromium.SkipUnlessAvailable();
        using TemporaryFolder folder = new();
        string report = WriteReport(folder);
        await using Chromium chromium = await Chromium.StartAsync();
        await using OpenPage open = await OpenPage.OpenAsync(chromium.Browser, new Uri(report), waitForModels: false);

        ILocator charts = open.Page.Locator(".charts figcaption b");
        await Assertions.Expect(charts).ToHaveTextAsync(
            ["Loss", "Losses by name", "Average precision", "Learning rate", "Throughput", "Memory"]);
        ILocator loss = open.Page.Locator("figure.card").First;
        await loss.GetByRole(AriaRole.Slider).FocusAsync();
        await open.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(loss.Locator(".place")).ToHaveTextAsync("iteration 10");
        await Assertions.Expect(open.Page.Locator(".samples output")).ToHaveTextAsync("20 (2 of 2)");
        await open.Page.GetByRole(AriaRole.Slider, new() { Name = "Iteration", Exact = true }).FocusAsync();
        await open.Page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(open.Page.Locator(".samples output")).ToHaveTextAsync("10 (1 of 2)");
        await Assertions.Expect(open.Page.Locator(".sheets img")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await open.CheckAccessAsync("report");
        await open.CheckAsync(); // no request but for the page itself
    }

    [Fact]
    public async Task Without_scripts_the_curves_are_drawn_all_the_same()
    {
        Chromium.SkipUnlessAvailable();
        using TemporaryFolder folder = new();
        string report = WriteReport(folder);
        await using Chromium chromium = await Chromium.StartAsync();
        await using OpenPage open = await OpenPage.OpenAsync(
            chromium.Browser, new Uri(report), new() { JavaScriptEnabled = false }, waitForModels: false);

        await Assertions.Expect(open.Page.GetByRole(AriaRole.Img, new() { Name = "Loss", Exact = true })).ToBeVisibleAsync();
    }

    private static string WriteReport(TemporaryFolder folder)
    {
        using TestRun run = new(Path.Combine(folder.Path, "run"), iterations: 20);
        foreach (int iteration in new[] { 10, 20 })
        {
            run.Log(iteration, 2, ap: 0.5);
            run.AddSample(iteration, "street.png");
        }

        TrainingData data = new([new ImageRecord(1, "street.jpg", 24, 16, [])], [new("dog", 3)], [], null, []);
        return RunReport.Write(new TrainingOutcome(run.Folder, iteration: 20, seconds: 40, interrupted: false, null, data), []);
    }
}
