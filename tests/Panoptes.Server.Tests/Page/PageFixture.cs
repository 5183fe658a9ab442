using Microsoft.Playwright;
using Panoptes.Torch;
using Panoptes.Training.Export;
using Panoptes.Training.Models;

namespace Panoptes.Server.Tests.Page;

/// <summary>One browser, and one service of three models, for all tests of the page.</summary>
public sealed class PageFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-page-").FullName;
    private Chromium? _chromium;
    private TestService? _service;

    /// <summary>A photograph of some seventy mushrooms.</summary>
    public static string Photo => Repository.Require("samples/mushrooms/val/IMG_5021.jpg");

    internal TestService Service => _service!;

    internal IBrowser Browser => _chromium!.Browser;

    /// <summary>The model <c>mushrooms</c> that comes with the tool, exported: it finds what is there.</summary>
    internal string Mushrooms => Path.Combine(_folder, "mushrooms.onnx");

    public async ValueTask InitializeAsync()
    {
        // The tests say what is missing; a fixture cannot skip.
        if (Chromium.Path is null) return;
        using (TorchNetwork network = ModelFile.Load(Repository.Require("models/mushrooms.safetensors"))) OnnxExport.Write(Mushrooms, network);
        _service = await TestService.StartAsync(options =>
        {
            options.Models["mushrooms"] = Mushrooms;
            options.Models["panoptic"] = TinyModels.Panoptic;
            options.DefaultModel = "mushrooms";
        });
        _chromium = await Chromium.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null) await _chromium.DisposeAsync();
        if (_service is not null) await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Opens the page; skips the test where there is no browser.</summary>
    internal Task<OpenPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Chromium.SkipUnlessAvailable();
        return OpenPage.OpenAsync(Browser, Service.Client.BaseAddress!, options);
    }
}
