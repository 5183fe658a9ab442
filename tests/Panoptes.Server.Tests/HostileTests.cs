using System.Net;
using Panoptes.Imaging;

namespace Panoptes.Server.Tests;

/// <summary>Bodies that were made, or happened, to do harm.</summary>
public class HostileTests
{
    [Fact]
    public async Task Mutated_images_are_answered_and_the_service_lives()
    {
        await using TestService service = await TestService.StartAsync(o => o.Limits = o.Limits with { MaxBytes = 1_000_000, MaxPixels = 1_000_000 });
        Image photo = Image.Decode(TinyModels.Photo());
        byte[][] images = [photo.EncodeJpeg(), photo.EncodePng(), photo.EncodeWebP(), Bmp(photo)];
        Random random = new(11);
        Dictionary<HttpStatusCode, int> statuses = [];
        foreach (byte[] image in images)
        {
            Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(image)).StatusCode);
            for (int i = 0; i < 50; i++)
            {
                HttpStatusCode status = (await service.PostAsync(Mutate(image, random))).StatusCode;
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
            }
        }

        Assert.All(statuses.Keys, status => Assert.InRange((int)status, 200, 499));
        Assert.True(statuses.GetValueOrDefault(HttpStatusCode.BadRequest) > 20, string.Join(", ", statuses));
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(TinyModels.Photo())).StatusCode);
    }

    [Fact]
    public async Task Inputs_that_once_did_harm_are_refused()
    {
        string folder = Path.GetFullPath(Path.Combine(SharedData.Require(""), "..", "cases", "hostile"));
        Assert.SkipUnless(Directory.Exists(folder), "needs cases/hostile next to the shared data");
        await using TestService service = await TestService.StartAsync();

        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            HttpResponseMessage response = await service.PostAsync(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.InRange((int)response.StatusCode, 400, 499);
        }

        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(TinyModels.Photo())).StatusCode);
    }

    // BITMAPFILEHEADER and BITMAPINFOHEADER of 24 bits a pixel; rows of 96 pixels need no padding.
    private static byte[] Bmp(Image image)
    {
        byte[] file = new byte[54 + image.Pixels.Length];
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        foreach ((int at, int value) in ((int, int)[])[(2, file.Length), (10, 54), (14, 40), (18, image.Width), (22, image.Height), (26, 1 | (24 << 16))])
            BitConverter.TryWriteBytes(file.AsSpan(at), value);
        image.Pixels.CopyTo(file.AsSpan(54));
        return file;
    }

    private static byte[] Mutate(byte[] image, Random random)
    {
        byte[] changed = [.. image];
        for (int i = random.Next(1, 30); i > 0; i--) changed[random.Next(random.Next(4) == 0 ? changed.Length : Math.Min(changed.Length, 200))] = (byte)random.Next(256);
        return random.Next(3) == 0 ? changed[..random.Next(1, changed.Length)] : changed;
    }
}
