using Microsoft.AspNetCore.Http;

namespace Panoptes.Server.Requests;

/// <summary>A request that is answered with an error.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">What is wrong and what is allowed, in words for the client.</param>
/// <param name="retryAfter">After how many seconds it may be worth another try; null says nothing.</param>
/// <param name="inner">What went wrong.</param>
internal sealed class RequestException(int status, string detail, int? retryAfter = null, Exception? inner = null)
    : BadHttpRequestException(detail, status, inner!)
{
    /// <summary>The HTTP status.</summary>
    public int Status => StatusCode;

    /// <summary>After how many seconds it may be worth another try.</summary>
    public int? RetryAfter => retryAfter;

    /// <summary>The image that is wrong, by the client's name.</summary>
    public string? File { get; init; }

    /// <summary>The query parameter, the field or the header that is wrong.</summary>
    public string? Place { get; init; }

    /// <summary>What is wrong, as <see cref="InputErrorKind"/> says it.</summary>
    public InputErrorKind? Kind { get; init; }

    /// <summary>The answer to an image that cannot be used.</summary>
    /// <param name="image">The image's name.</param>
    /// <param name="error">What is wrong with it.</param>
    public static RequestException ForImage(string image, InputException error)
    {
        int status = error.Kind switch
        {
            InputErrorKind.TooLarge => 413,
            InputErrorKind.Unsupported => 415,
            _ => 400,
        };
        string problem = error.File is { } file && error.Message.StartsWith(file + ": ", StringComparison.Ordinal)
            ? error.Message[(file.Length + 2)..]
            : error.Message;
        return new RequestException(status, $"{image}: {problem}", inner: error) { File = image, Place = error.Place, Kind = error.Kind };
    }

    /// <summary>The answer to a parameter that is not allowed.</summary>
    public static RequestException ForParameter(string name, string problem) =>
        new(400, $"{name}: {problem}") { Place = name, Kind = InputErrorKind.Invalid };
}
