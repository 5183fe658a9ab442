using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panoptes.Server.Results;

namespace Panoptes.Server.Models;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{name}/card</c>.</summary>
internal static class ModelEndpoints
{
    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/v1/models", (ModelHost models) => TypedResults.Json(List(models), ServerJson.Default.ModelList))
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
