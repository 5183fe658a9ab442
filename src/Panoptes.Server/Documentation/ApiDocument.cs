using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Panoptes.Inference;
using Panoptes.Server.Security;
using Scalar.AspNetCore;

namespace Panoptes.Server.Documentation;

/// <summary>The OpenAPI document, and a page that shows it.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";

    /// <summary>Adds the document.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddOpenApi(Name);
        services.AddOptions<OpenApiOptions>(Name).Configure<IOptions<PanoptesServerOptions>>((document, options) =>
        {
            if (options.Value.Documentation) document.AddDocumentTransformer((api, _, _) => Describe(api, options.Value.ApiKeys.Count > 0));
        });
    }

    /// <summary>Maps <c>/openapi/v1.json</c> and <c>/docs</c>.</summary>
    public static void Map(RouteGroupBuilder endpoints)
    {
        endpoints.MapOpenApi();
        RouteGroupBuilder page = endpoints.MapGroup("");
        page.AddEndpointFilter((context, next) =>
        {
            SecurityHeaders.Set(context.HttpContext.Response, SecurityHeaders.DocumentationPolicy);
            return next(context);
        });
        page.MapScalarApiReference("/docs", options => options
            .WithTitle("Panoptes")
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideDeveloperTools() // these lead to its maker's services
            .HideClientButton());
    }

    private static Task Describe(OpenApiDocument api, bool hasKeys)
    {
        api.Info = new OpenApiInfo
        {
            Title = "Panoptes",
            Version = ModelCard.LibraryVersion,
            Description = "Finds every object in an image and cuts it out.",
        };
        if (!hasKeys) return Task.CompletedTask;
        api.Components ??= new OpenApiComponents();
        api.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["key"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = KeyFilter.Header,
            },
        };
        api.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", api)] = [] }];
        return Task.CompletedTask;
    }
}
