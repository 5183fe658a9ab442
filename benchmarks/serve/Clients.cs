using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Panoptes.Benchmarks.Serve;

/// <summary>Clients of one address: good ones, and those that services meet too.</summary>
internal sealed class Clients(Uri segment, IReadOnlyList<byte[]> images)
{
    /// <summary>Sends image after image over one connection each, waits for every answer, and obeys Retry-After.</summary>
    public async Task RunAsync(LoadResult result, int clients, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            using HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
            for (int i = client; Stopwatch.GetElapsedTime(start) < time; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                string outcome;
                try
                {
                    using ByteArrayContent body = new(images[i % images.Count]);
                    body.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
                    using HttpResponseMessage answer = await http.PostAsync(segment, body);
                    await answer.Content.ReadAsByteArrayAsync();
                    outcome = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
                    if (outcome == "429") await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
                }
                catch (HttpRequestException e)
                {
                    outcome = e.HttpRequestError.ToString();
                }

                result.Add(outcome, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
        })));
        result.Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Sends a body a few bytes at a time, until it is told to stop.</summary>
    public Task SlowAsync(int clients, CancellationToken stop) => RepeatAsync(clients, async (stream, body) =>
    {
        await stream.WriteAsync(Head(body.Length), stop);
        for (int at = 0; at < body.Length; at += 512)
        {
            await stream.WriteAsync(body.AsMemory(at, Math.Min(512, body.Length - at)), stop);
            await Task.Delay(500, stop);
        }
    }, stop);

    /// <summary>Sends a whole request and hangs up without waiting for the answer, or in the middle of the body.</summary>
    public Task HangUpAsync(int clients, CancellationToken stop) => RepeatAsync(clients, async (stream, body) =>
    {
        await stream.WriteAsync(Head(body.Length), stop);
        await stream.WriteAsync(body.AsMemory(0, Random.Shared.Next(2) == 0 ? body.Length : body.Length / 2), stop);
        await Task.Delay(200, stop);
    }, stop);

    /// <summary>Sends bodies that are no images, damaged images, and headers that promise huge ones.</summary>
    public Task HostileAsync(int clients, CancellationToken stop) => RepeatAsync(clients, async (stream, body) =>
    {
        byte[] hostile = Random.Shared.Next(4) switch
        {
            0 => body[..(body.Length / 3)],
            1 => [.. body.Select((b, i) => i > 200 && i % 97 == 0 ? (byte)~b : b)],
            2 => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 1, 0x80, 0, 0, 1, 0x80, 0, 8, 2, 0, 0, 0, 1, 2, 3, 4],
            _ => RandomBytes(20_000),
        };
        await stream.WriteAsync(Head(hostile.Length), stop);
        await stream.WriteAsync(hostile, stop);
        await stream.ReadAtLeastAsync(new byte[16], 16, throwOnEndOfStream: false, stop);
        await Task.Delay(100, stop);
    }, stop);

    private async Task RepeatAsync(int clients, Func<NetworkStream, byte[], Task> talk, CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(
            async () =>
            {
                for (int i = client; !stop.IsCancellationRequested; i++)
                {
                    try
                    {
                        using TcpClient tcp = new();
                        await tcp.ConnectAsync(segment.Host, segment.Port, stop);
                        await talk(tcp.GetStream(), images[i % images.Count]);
                    }
                    catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
                    {
                        // The server hung up on them, as it may.
                    }
                }
            },
            CancellationToken.None)));
    }

    private byte[] Head(int length) => Encoding.ASCII.GetBytes(
        $"POST {segment.AbsolutePath} HTTP/1.1\r\nHost: {segment.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n");

    private static byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }
}
