using System.Net.Sockets;
using System.Text;

namespace Panoptes.Server.Tests;

/// <summary>Requests as HttpClient does not send them: cut off, stalled, or with answers that nobody reads.</summary>
internal static class RawRequest
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Connects; what a client does not read stays with the service.</summary>
    public static async Task<TcpClient> ConnectAsync(Uri address)
    {
        TcpClient client = new() { ReceiveBufferSize = 8 * 1024 };
        await client.ConnectAsync(address.Host, address.Port, Stop);
        return client;
    }

    /// <summary>Sends an image, or the first part of one.</summary>
    /// <param name="service">Where to.</param>
    /// <param name="photo">The image.</param>
    /// <param name="share">How much of it is sent; 0..1.</param>
    /// <param name="query">Settings.</param>
    public static async Task<TcpClient> SendAsync(TestService service, byte[] photo, double share = 1, string query = "")
    {
        Uri address = service.Client.BaseAddress!;
        TcpClient client = await ConnectAsync(address);
        string head = $"POST /v1/segment{query} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: image/jpeg\r\n"
            + $"Content-Length: {photo.Length}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Stop);
        await client.GetStream().WriteAsync(photo.AsMemory(0, (int)(photo.Length * share)), Stop);
        return client;
    }

    /// <summary>Reads the JSON of an answer, which is on one line; empty where there is none.</summary>
    public static async Task<string> ReadJsonAsync(TcpClient client)
    {
        using StreamReader reader = new(client.GetStream(), Encoding.UTF8, leaveOpen: true);
        while (await reader.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith('{')) return line;
        }

        return "";
    }
}
