using Panoptes.Server.Results;

namespace Panoptes.Server.Models;

/// <summary><c>GET /v1/models</c>.</summary>
internal static class ModelEndpoints
{
    /// <summary>Describes all models.</summary>
    public static ModelList List(ModelHost models) => new(
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
