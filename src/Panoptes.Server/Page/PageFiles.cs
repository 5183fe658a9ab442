using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Panoptes.Server.Requests;
using Panoptes.Server.Security;

namespace Panoptes.Server.Page;

/// <summary>A page's files, which are embedded: no path of a request reaches the file system.</summary>
internal sealed class PageFiles
{
    /// <summary>The page to try models on.</summary>
    public static readonly PageFiles Segmenting = new("page/");

    /// <summary>The page that watches trainings.</summary>
    public static readonly PageFiles Watching = new("watch/");

    private readonly FrozenDictionary<string, PageFile> _files;

    private PageFiles(string prefix) => _files = Read(prefix).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Maps <c>/</c> and <c>/assets/NAME</c>.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/", Index).ExcludeFromDescription();
        endpoints.MapGet("/assets/{**name}", (string name) => Find(name)).ExcludeFromDescription();
    }

    // The page's addresses are relative, so that it works below any path, and that path has to end in a slash.
    private IResult Index(HttpRequest request) => request.Path.Value is { } path && path.EndsWith('/')
        ? Find("index.html")
        : TypedResults.LocalRedirect($"{request.PathBase}{request.Path}/{request.QueryString}");

    private PageResult Find(string name)
    {
        if (!_files.TryGetValue(name, out PageFile? file)) throw new RequestException(404, $"There is no file '{ClientText.Short(name)}'.");
        return new PageResult(file);
    }

    private static IEnumerable<PageFile> Read(string prefix)
    {
        FileExtensionContentTypeProvider types = new();
        Assembly assembly = typeof(PageFiles).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            string type = types.TryGetContentType(name, out string? known) ? known : "application/octet-stream";
            if (type.StartsWith("text/", StringComparison.Ordinal)) type += "; charset=utf-8";
            string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
            yield return new PageFile(name[prefix.Length..].Replace('\\', '/'), type, bytes, tag);
        }
    }

    private sealed record PageFile(string Name, string ContentType, byte[] Bytes, string Tag);

    private sealed class PageResult(PageFile file) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            SecurityHeaders.Set(context.Response, SecurityHeaders.PagePolicy);
            context.Response.Headers.CacheControl = "no-cache"; // asked for each time, and answered with 304 while it is the same
            return TypedResults.Bytes(file.Bytes, file.ContentType, entityTag: EntityTagHeaderValue.Parse(file.Tag)).ExecuteAsync(context);
        }
    }
}
