using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Panoptes.Server.Security;

/// <summary>Which other sites' pages may call the service.</summary>
internal static class CrossOrigin
{
    /// <summary>Allows the options' origins to send images and keys; cookies are not among it.</summary>
    public static void Allow(CorsPolicyBuilder policy, PanoptesServerOptions options)
    {
        if (options.CorsOrigins.Contains("*")) policy.AllowAnyOrigin();
        else policy.WithOrigins([.. options.CorsOrigins]);
        policy.WithMethods("GET", "POST")
            .WithHeaders("Content-Type", "Accept", "Authorization", KeyFilter.Header)
            .WithExposedHeaders("Retry-After");
    }
}
