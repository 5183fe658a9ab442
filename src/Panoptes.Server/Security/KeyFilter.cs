using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Security;

/// <summary>Lets requests with one of the service's keys through; all where it has none.</summary>
internal sealed class KeyFilter(IOptions<PanoptesServerOptions> options)
{
    /// <summary>The header that holds a key.</summary>
    public const string Header = "X-Api-Key";

    private const string Bearer = "Bearer ";

    // Digests have one length, so that comparing them in constant time tells nothing of a key's.
    private readonly byte[][] _digests = [.. options.Value.ApiKeys.Select(Digest)];

    /// <summary>Refuses a request without a key.</summary>
    /// <exception cref="RequestException">Its key is missing or wrong.</exception>
    public void Check(HttpContext context)
    {
        if (_digests.Length == 0) return;
        string? authorization = context.Request.Headers.Authorization;
        bool isBearer = authorization?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true;
        string? key = context.Request.Headers[Header].FirstOrDefault() ?? (isBearer ? authorization![Bearer.Length..].Trim() : null);
        byte[] given = Digest(key ?? "");
        bool isKnown = false;
        foreach (byte[] digest in _digests) isKnown |= CryptographicOperations.FixedTimeEquals(digest, given);
        if (isKnown && key is not null) return;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw new RequestException(
            401, key is null ? $"An API key is needed, in the header {Header} or as a bearer token." : "The API key is not known.");
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
