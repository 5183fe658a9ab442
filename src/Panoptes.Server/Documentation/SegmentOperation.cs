using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Documentation;

/// <summary>Tells OpenAPI what <c>POST /v1/segment</c> reads from the request itself.</summary>
internal static class SegmentOperation
{
    private static readonly string[] s_images = ["image/jpeg", "image/png", "image/webp", "application/octet-stream"];

    /// <summary>Adds parameters, body and answers to the operation.</summary>
    public static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Parameters =
        [
            Parameter("model", "The model. Default: the first one.", JsonSchemaType.String),
            Parameter("format", "The form of the answer.", JsonSchemaType.String, "json", "geojson", "coco", "overlay", "panoptic"),
            Parameter("masks", "How JSON holds masks.", JsonSchemaType.String, "polygons", "rle"),
            Parameter("score", "Skips instances below this score, 0 to 1.", JsonSchemaType.Number),
            Parameter("classes", "Names of the classes to find, separated by commas. Default: all.", JsonSchemaType.String),
            Parameter(
                "max_size",
                "The longest side that the network sees, in pixels, where that is less than the model's own: faster, and blind to small "
                    + "objects.",
                JsonSchemaType.Integer),
            Parameter("image_format", "The format of an overlay.", JsonSchemaType.String, "png", "jpeg", "webp"),
        ];
        Dictionary<string, OpenApiMediaType> bodies = s_images.ToDictionary(type => type, _ => Binary());
        bodies["multipart/form-data"] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["images"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Binary().Schema },
                },
            },
        };
        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = bodies };
        if (operation.Responses?.GetValueOrDefault("200") is OpenApiResponse { Content: { } content })
        {
            string[] images = ["image/png", "image/jpeg", "image/webp", SegmentSettings.PanopticPng];
            foreach (string type in images) content[type] = Binary();
            content["application/geo+json"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } };
        }

        return Task.CompletedTask;
    }

    private static OpenApiMediaType Binary() => new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };

    private static OpenApiParameter Parameter(string name, string description, JsonSchemaType type, params string[] allowed) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = description,
        Schema = new OpenApiSchema { Type = type, Enum = allowed.Length > 0 ? [.. allowed.Select(a => (JsonNode)a)] : null },
    };
}
