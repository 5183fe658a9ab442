using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Panoptes.Server.Results;

namespace Panoptes.Server.Models;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{name}/card</c>.</summary>
internal static class ModelEndpoints
{
    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/v1/models", (HttpContext context, ModelHost models, IOptions<PanoptesServerOptions> options) =>
            {
                // RFC 8631: where people read about the service. The page links to it.
                if (options.Value.Documentation) context.Response.Headers.Link = "<../docs>; rel=\"service-doc\"";
                return TypedResults.Json(List(models), ServerJson.Default.ModelList);
            })
            .WithName("ListModels").WithTags("Models")
            .WithSummary("The models that are served, with their classes.")
            .Produces<ModelList>()
            .ProducesProblem(401);
        endpoints.MapGet(
                "/v1/models/{name}/card",
                ([Description("The model's name.")] string name, ModelHost models) =>
                    TypedResults.Text(models.Find(name).Source.Card.ToJson(), "application/json"))
            .WithName("GetModelCard").WithTags("Models")
            .WithSummary("A model's card: method, classes, preprocessing, licence of its data.")
            .Produces<JsonElement>()
            .ProducesProblem(401)
            .ProducesProblem(404);
    }

    private static ModelList List(ModelHost models) => new(
    [
        .. models.All.Select(model => new ModelEntry(
            model.Name,
            model == models.Default,
            model.Source.Card.Method.ToString().ToLowerInvariant(),
            model.Source.Card.IsPanoptic ? "panoptic" : "instances",
            model.Source.ClassNames,
            model.Source.Card.Classes.Count,
            model.Source.Card.Description,
            model.Loaded is not null,
            model.Source.IsOnnx ? "onnx" : "libtorch",
            model.Source.Bytes,
            model.Error)),
    ]);
}
