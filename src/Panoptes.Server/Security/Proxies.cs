using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Panoptes.Server.Security;

/// <summary>Whose forwarded headers are believed.</summary>
internal static class Proxies
{
    /// <summary>The middleware's options: the known proxies, and no network by default.</summary>
    public static ForwardedHeadersOptions Options(PanoptesServerOptions options)
    {
        ForwardedHeadersOptions forwarded = new()
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (string proxy in options.KnownProxies) forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        return forwarded;
    }
}
