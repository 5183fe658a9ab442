using System.Buffers.Binary;
using Microsoft.Playwright;
using Panoptes.Imaging;
using static Microsoft.Playwright.Assertions;

namespace Panoptes.Server.Tests.Page;

/// <summary>Ways through the page: two models, several images, the keyboard alone, a phone, the dark.</summary>
[Collection(nameof(PageCollection))]
public class UseOfThePageTests(PageFixture fixture)
{
    private static readonly BrowserNewContextOptions s_phone = new()
    {
        ViewportSize = new() { Width = 390, Height = 844 },
        DeviceScaleFactor = 2,
        HasTouch = true,
        IsMobile = true,
    };

    [Fact]
    public async Task Two_models_stand_side_by_side()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.DropPhotoAsync();
        int mushrooms = await open.CountAsync();

        await open.Page.SelectOptionAsync("#compare", "tiny");
        await Expect(open.Page.Locator(".pane")).ToHaveCountAsync(2);
        await open.WaitAsync();

        Assert.Equal(2, open.Segmentations);
        await Expect(open.Page.Locator(".pane-title").First).ToContainTextAsync($"mushrooms  {mushrooms} objects");
        LocatorBoundingBoxResult left = (await open.Page.Locator(".pane").First.BoundingBoxAsync())!;
        LocatorBoundingBoxResult right = (await open.Page.Locator(".pane").Last.BoundingBoxAsync())!;
        Assert.True(left.X + left.Width <= right.X + 1 && Math.Abs(left.Width - right.Width) <= 1);
        await open.CheckAccessAsync("two models");
        await open.Page.Locator("#which label", new() { HasText = "tiny" }).ClickAsync();
        await Expect(open.Page.Locator("#legend .name").First).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^(cat|dog)$"));
        // Back to one: the answer is known, and not asked for again.
        await open.Page.SelectOptionAsync("#compare", "");
        await Expect(open.Page.Locator(".pane")).ToHaveCountAsync(1);
        Assert.Equal(mushrooms, await open.CountAsync());
        Assert.Equal(2, open.Segmentations);
        await open.CheckAsync();
    }

    [Fact]
    public async Task Several_images_make_a_strip()
    {
        await using OpenPage open = await fixture.OpenAsync();
        byte[] photo = await File.ReadAllBytesAsync(PageFixture.Photo, TestContext.Current.CancellationToken);

        await open.DropAsync(("first.jpg", photo), ("second.jpg", TinyModels.Photo()), ("third.jpg", TinyModels.Photo(seed: 8)));

        await Expect(open.Page.Locator("#thumbs li[data-state=done]")).ToHaveCountAsync(3);
        await Expect(open.Page.Locator("#summary-detail")).ToContainTextAsync("first.jpg");
        await open.Page.Locator("#thumbs .open").Nth(1).ClickAsync();
        await Expect(open.Page.Locator("#summary-detail")).ToContainTextAsync("second.jpg · 96 × 64");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Remove second.jpg" }).ClickAsync();
        await Expect(open.Page.Locator("#thumbs li")).ToHaveCountAsync(2);
        await Expect(open.Page.Locator("#summary-detail")).ToContainTextAsync("third.jpg");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Remove third.jpg" }).ClickAsync();
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Remove first.jpg" }).ClickAsync();
        await Expect(open.Page.Locator("#welcome")).ToBeVisibleAsync();
        await open.CheckAsync();
    }

    [Fact]
    public async Task An_image_is_pasted()
    {
        await using OpenPage open = await fixture.OpenAsync();

        await open.Page.EvaluateAsync(
            """
            bytes => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], 'image.png', { type: 'image/png' }));
              document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
            }
            """,
            Convert.ToBase64String(new Image(80, 60).EncodePng()));
        await open.WaitAsync();

        await Expect(open.Page.Locator("#summary-detail")).ToContainTextAsync("image.png · 80 × 60");
        await open.CheckAsync();
    }

    [Fact]
    public async Task A_photo_that_lies_on_its_side_is_turned_upright()
    {
        await using OpenPage open = await fixture.OpenAsync();

        await open.DropAsync(("turned.jpg", Turned(TinyModels.Photo(96, 64))));
        await open.WaitAsync();

        // The service's size and the browser's.
        await Expect(open.Page.Locator("#summary-detail")).ToContainTextAsync("turned.jpg · 64 × 96");
        Assert.Equal("64x96", await open.Page.Locator(".thumb canvas").EvaluateAsync<string>("c => `${c.width}x${c.height}`"));
        await open.CheckAsync();
    }

    [Fact]
    public async Task Everything_is_reached_by_the_keyboard_alone()
    {
        await using OpenPage open = await fixture.OpenAsync();
        IKeyboard keyboard = open.Page.Keyboard;

        await TabToAsync(open, "#samples button");
        await keyboard.PressAsync("Enter");
        await open.WaitAsync();
        int count = await open.CountAsync();
        await TabToAsync(open, ".surface");
        await keyboard.PressAsync("n");
        await Expect(open.Page.Locator("#live")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex($"^mushroom 1, \\d+ %, 1 of {count}$"));
        await keyboard.PressAsync("n");
        await keyboard.PressAsync("Enter");
        await Expect(open.Page.Locator("#live")).ToHaveTextAsync("mushroom 2 pinned");
        await keyboard.PressAsync("+");
        await keyboard.PressAsync("ArrowRight");
        await keyboard.PressAsync("0");
        await TabToAsync(open, "#score");
        await keyboard.PressAsync("End");
        Assert.Equal(0, await open.CountAsync());
        await keyboard.PressAsync("Home");
        await Expect(open.Page.Locator("#score-value")).ToHaveTextAsync("5 %");
        await TabToAsync(open, "#objects-body button");
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("Space");
        await Expect(open.Page.Locator("#objects-body tr.pinned")).ToHaveCountAsync(2);
        await Expect(open.Page.GetByRole(AriaRole.Button, new() { Name = "mushroom 3", Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
        await TabToAsync(open, "#download-coco");
        IDownload download = await open.Page.RunAndWaitForDownloadAsync(() => keyboard.PressAsync("Enter"));
        Assert.Equal("mushrooms-1.coco.json", download.SuggestedFilename);
        await open.CheckAsync();
    }

    [Fact]
    public async Task It_fits_a_phone_and_a_finger()
    {
        await using OpenPage open = await fixture.OpenAsync(s_phone);
        await Expect(open.Page.GetByRole(AriaRole.Button, new() { Name = "Take a photo" })).ToBeVisibleAsync();
        await Expect(open.Page.Locator("#camera")).ToHaveAttributeAsync("capture", "environment");
        await open.CheckAccessAsync("phone, welcome");

        await open.Page.Locator("#samples button").First.TapAsync();
        await open.WaitAsync();

        await AssertNoSidewaysScrollAsync(open);
        await open.CheckAccessAsync("phone, result");
        await open.Page.Locator(".surface").TapAsync(new() { Position = await FirstObjectAsync(open) });
        await Expect(open.Page.Locator("#objects-body tr.pinned")).ToHaveCountAsync(1);
        await open.Page.SelectOptionAsync("#compare", "tiny");
        await Expect(open.Page.Locator(".pane")).ToHaveCountAsync(2);
        await open.WaitAsync();
        LocatorBoundingBoxResult upper = (await open.Page.Locator(".pane").First.BoundingBoxAsync())!;
        LocatorBoundingBoxResult lower = (await open.Page.Locator(".pane").Last.BoundingBoxAsync())!;
        Assert.True(upper.Y + upper.Height <= lower.Y + 1);
        await AssertNoSidewaysScrollAsync(open);
        await open.CheckAsync();
    }

    [Fact]
    public async Task It_is_dark_where_the_system_is_and_where_it_was_chosen()
    {
        await using OpenPage open = await fixture.OpenAsync(new() { ColorScheme = ColorScheme.Dark, ViewportSize = new() { Width = 1280, Height = 800 } });
        Assert.True(await BrightnessAsync(open) < 60);
        await open.CheckAccessAsync("dark, welcome");
        await open.DropPhotoAsync();
        await open.Rows.First.ClickAsync();
        await open.CheckAccessAsync("dark, result");

        ILocator theme = open.Page.Locator("#theme");
        await theme.ClickAsync();
        await Expect(theme).ToHaveAttributeAsync("aria-label", "Theme: light");
        Assert.True(await BrightnessAsync(open) > 200);
        await open.CheckAccessAsync("light, result");
        await open.Page.ReloadAsync();
        await Expect(theme).ToHaveAttributeAsync("aria-label", "Theme: light");
        Assert.True(await BrightnessAsync(open) > 200);
        await open.CheckAccessAsync("light, welcome");
        await theme.ClickAsync();
        Assert.True(await BrightnessAsync(open) < 60);
        await open.CheckAsync();
    }

    // Tab until an element has the focus, which can be seen.
    private static async Task TabToAsync(OpenPage open, string selector)
    {
        for (int i = 0; i < 40; i++)
        {
            await open.Page.Keyboard.PressAsync("Tab");
            if (!await open.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector)) continue;
            Assert.NotEqual("none", await open.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
            return;
        }

        Assert.Fail($"40 tabs do not lead to {selector}.");
    }

    private static async Task AssertNoSidewaysScrollAsync(OpenPage open) =>
        Assert.Equal(390, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

    private static Task<double> BrightnessAsync(OpenPage open) => open.Page.EvaluateAsync<double>(
        "() => getComputedStyle(document.querySelector('.bar')).backgroundColor.match(/[\\d.]+/g).slice(0, 3).reduce((sum, v) => sum + Number(v) / 3, 0)");

    // The middle of the first object's drawn box, from the page's own hit test: the first place that it says something lies at.
    private static async Task<Position> FirstObjectAsync(OpenPage open)
    {
        LocatorBoundingBoxResult box = (await open.Page.Locator(".surface").BoundingBoxAsync())!;
        for (int i = 1; i < 20; i++)
        {
            Position place = new() { X = box.Width * i / 20, Y = box.Height / 2 };
            await open.Page.Locator(".surface").HoverAsync(new() { Position = place });
            if (await open.Page.Locator(".surface.over").CountAsync() > 0) return place;
        }

        throw new InvalidOperationException("Nothing lies in the middle row of the image.");
    }

    // An EXIF block that says: turn clockwise to see it upright (orientation 6).
    private static byte[] Turned(byte[] jpeg)
    {
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\b\0\u0001"u8, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        byte[] head = [0xFF, 0xE1, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)(exif.Length + 2));
        return [.. jpeg[..2], .. head, .. exif, .. jpeg[2..]];
    }
}
