using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Panoptes.Imaging;

namespace Panoptes.Server.Requests;

/// <summary>What a request asks for, from its query and the fields of its form.</summary>
internal sealed record SegmentSettings
{
    /// <summary>The media type of a panoptic PNG.</summary>
    public const string PanopticPng = "application/vnd.panoptes.panoptic+png";

    private static readonly string[] s_names = ["model", "format", "masks", "score", "classes", "max_size", "image_format"];

    /// <summary>The model's name; null for the default one.</summary>
    public string? Model { get; init; }

    /// <summary>The form of the result.</summary>
    public ResultFormat Format { get; init; }

    /// <summary>Whether masks are run lengths; polygons otherwise.</summary>
    public bool Rle { get; init; }

    /// <summary>The least score; null for the service's.</summary>
    public double? Score { get; init; }

    /// <summary>Names of the classes that are wanted; null for all.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The longest side that the network sees, in pixels; null for the model's own.</summary>
    public int? MaxSize { get; init; }

    /// <summary>The format of overlays.</summary>
    public ImageFormat ImageFormat { get; init; } = ImageFormat.Png;

    /// <summary>Reads a request's settings.</summary>
    /// <exception cref="RequestException">One of them is unknown or not allowed.</exception>
    public static SegmentSettings Parse(HttpRequest request, IReadOnlyList<(string Name, string Value)> fields)
    {
        Dictionary<string, List<string>> given = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in request.Query.SelectMany(q => q.Value.Select(v => (q.Key, v ?? ""))).Concat(fields))
        {
            if (!s_names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                string hint = Nearest.To(name, s_names) is { } near
                    ? $"Did you mean '{near}'?"
                    : $"Allowed are {string.Join(", ", s_names)}.";
                throw RequestException.ForParameter(ClientText.Short(name), $"unknown parameter. {hint}");
            }

            if (value.Length > 0) (given.TryGetValue(name, out List<string>? values) ? values : given[name] = []).Add(value);
        }

        (ResultFormat format, ImageFormat? accepted) = FormatOf(request, Single("format"));
        return new SegmentSettings
        {
            Model = Single("model"),
            Format = format,
            Rle = Single("masks") switch
            {
                null or "polygons" => false,
                "rle" => true,
                { } other => throw NotAllowed("masks", other, "polygons, rle"),
            },
            Score = Single("score") is { } score ? ParseScore(score) : null,
            Classes = given.GetValueOrDefault("classes"),
            MaxSize = Single("max_size") is { } size ? ParseSize(size) : null,
            ImageFormat = Single("image_format") switch
            {
                null => accepted ?? ImageFormat.Png,
                "png" => ImageFormat.Png,
                "jpeg" or "jpg" => ImageFormat.Jpeg,
                "webp" => ImageFormat.WebP,
                { } other => throw NotAllowed("image_format", other, "png, jpeg, webp"),
            },
        };

        string? Single(string name) => given.GetValueOrDefault(name) switch
        {
            null => null,
            [var one] => one,
            _ => throw RequestException.ForParameter(name, "given more than once."),
        };
    }

    private static RequestException NotAllowed(string name, string value, string allowed) =>
        RequestException.ForParameter(name, $"'{ClientText.Short(value)}' is not allowed. Allowed are {allowed}.");

    private static double ParseScore(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && score is >= 0 and <= 1
            ? score
            : throw NotAllowed("score", text, "numbers from 0 to 1");

    private static int ParseSize(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size >= 32
            ? size
            : throw NotAllowed("max_size", text, "whole numbers from 32");

    private static (ResultFormat Format, ImageFormat? Image) FormatOf(HttpRequest request, string? format) => format switch
    {
        "json" => (ResultFormat.Json, null),
        "geojson" => (ResultFormat.GeoJson, null),
        "coco" => (ResultFormat.Coco, null),
        "overlay" => (ResultFormat.Overlay, null),
        "panoptic" => (ResultFormat.Panoptic, null),
        null => Accepted(request),
        _ => throw NotAllowed("format", format, "json, geojson, coco, overlay, panoptic"),
    };

    private static (ResultFormat Format, ImageFormat? Image) Accepted(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0) return (ResultFormat.Json, null);
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out IList<MediaTypeHeaderValue>? types))
            throw RequestException.ForParameter("Accept", "not a list of media types.");
        foreach (MediaTypeHeaderValue type in types.Where(t => t.Quality is not 0).OrderByDescending(t => t.Quality ?? 1))
        {
            switch (type.MediaType.Value?.ToLowerInvariant())
            {
                case "*/*" or "application/*" or "application/json": return (ResultFormat.Json, null);
                case "application/geo+json": return (ResultFormat.GeoJson, null);
                case "image/*" or "image/png": return (ResultFormat.Overlay, ImageFormat.Png);
                case "image/jpeg": return (ResultFormat.Overlay, ImageFormat.Jpeg);
                case "image/webp": return (ResultFormat.Overlay, ImageFormat.WebP);
                case PanopticPng: return (ResultFormat.Panoptic, null);
                default: continue;
            }
        }

        throw new RequestException(
            406, $"Accept: available are application/json, application/geo+json, image/png, image/jpeg, image/webp, {PanopticPng}.")
        {
            Place = "Accept",
        };
    }
}
