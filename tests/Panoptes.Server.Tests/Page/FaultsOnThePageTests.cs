using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Panoptes.Server.Tests.Page;

/// <summary>What goes wrong is said in words, with what to do.</summary>
[Collection(nameof(PageCollection))]
public class FaultsOnThePageTests(PageFixture fixture)
{
    [Fact]
    public async Task A_file_that_is_no_image_is_named_and_the_others_are_done()
    {
        await using OpenPage open = await fixture.OpenAsync();

        await open.DropAsync(("notes.txt", Encoding.UTF8.GetBytes("not an image")), ("noise.jpg", TinyModels.Photo()));

        await Expect(open.Page.Locator(".pane-state h2")).ToHaveTextAsync("This file is not an image that the service reads");
        await Expect(open.Page.Locator(".pane-state p")).ToContainTextAsync("notes.txt");
        await Expect(open.Page.Locator("#live")).ToContainTextAsync("This file is not an image that the service reads");
        await Expect(open.Page.Locator("#thumbs li[data-state=done]")).ToHaveCountAsync(1);
        await open.CheckAccessAsync("a fault");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Remove this file" }).ClickAsync();
        await Expect(open.Page.Locator("#summary-detail")).ToContainTextAsync("noise.jpg");
        await open.CheckAsync(415);
    }

    [Fact]
    public async Task A_busy_service_is_asked_again_when_it_says()
    {
        await using OpenPage open = await fixture.OpenAsync();
        int refusals = 0;
        await open.Page.RouteAsync("**/v1/segment**", route => refusals++ == 0
            ? route.FulfillAsync(new() { Status = 429, ContentType = "application/problem+json", Headers = [new("Retry-After", "1")], Body = """{"title":"Too Many Requests","status":429}""" })
            : route.ContinueAsync());

        await open.DropAsync(("noise.jpg", TinyModels.Photo()));

        await Expect(open.Page.Locator(".pane-state")).ToHaveTextAsync("The service is busy. Trying again in 1 s.");
        await open.WaitAsync();
        await Expect(open.Page.Locator("#thumbs li[data-state=done]")).ToHaveCountAsync(1);
        Assert.Equal(2, refusals);
        await open.CheckAsync(429);
    }

    [Fact]
    public async Task A_service_that_was_stopped_is_said_and_can_be_tried_again()
    {
        await using OpenPage open = await fixture.OpenAsync();
        await open.Page.RouteAsync("**/v1/segment**", route => route.AbortAsync("connectionrefused"));

        await open.DropAsync(("noise.jpg", TinyModels.Photo()));

        await Expect(open.Page.Locator(".pane-state h2")).ToHaveTextAsync("The service does not answer");
        await open.Page.UnrouteAsync("**/v1/segment**");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(open.Page.Locator("#thumbs li[data-state=done]")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_service_with_keys_is_given_one()
    {
        Chromium.SkipUnlessAvailable();
        await using TestService service = await TestService.StartAsync(options => options.ApiKeys.Add("open sesame"));
        await using OpenPage open = await OpenPage.OpenAsync(fixture.Browser, service.Client.BaseAddress!, waitForModels: false);
        ILocator field = open.Page.GetByLabel("API key", new() { Exact = true });

        await field.FillAsync("wrong");
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Page.Locator("#key-fault")).ToHaveTextAsync("The service does not accept this key.");
        await open.CheckAccessAsync("the key's dialog");
        await field.FillAsync("open sesame");
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Page.Locator("#key-dialog")).ToBeHiddenAsync();
        await open.DropAsync(("noise.jpg", TinyModels.Photo()));
        await Expect(open.Page.Locator("#thumbs li[data-state=done]")).ToHaveCountAsync(1);

        Assert.Equal("[]", await open.Page.EvaluateAsync<string>("JSON.stringify(Object.values(localStorage))"));
        await open.CheckAsync(401);
    }
}
