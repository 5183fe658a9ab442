using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Panoptes.Imaging;

namespace Panoptes.Server.Requests;

/// <summary>Reads images from a request's body, which is one image or a form with files, and checks them by their headers.</summary>
internal sealed class RequestReader(IOptions<PanoptesServerOptions> options, BodyBudget budget)
{
    private const int MostFields = 32;
    private const int MostFieldBytes = 16 * 1024;
    private const int MostBoundary = 100;

    private readonly PanoptesServerOptions _options = options.Value;

    /// <summary>The answer to a body that is too long.</summary>
    public static RequestException TooManyBytes(long most) =>
        TooLarge($"The request's body is larger than the limit of {most} bytes.");

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="RequestException">It is too long or too slow, no image, or not what its type says.</exception>
    public async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        long most = _options.Limits.MaxBytes;
        if (request.ContentLength > most) throw TooManyBytes(most);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        RequestBody body = new();
        // The server's own limit (Kestrel's MinRequestBodyDataRate) is an average: a client that sends most of a body at once could then
        // stall for hours, and hold its memory.
        using CancellationTokenSource reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        reading.CancelAfter(_options.Timeout);
        try
        {
            if (FormBoundary(request) is { } boundary)
                await ReadFormAsync(request, boundary, body, reading.Token).ConfigureAwait(false);
            else await AddAsync(body, "image", request.Body, most, reading.Token).ConfigureAwait(false);
            if (body.Images.Count == 0) throw new RequestException(400, "The form holds no file. Add images as files.");
            foreach (UploadedImage image in body.Images) CheckHeader(image);
            return body;
        }
        catch (Exception e)
        {
            body.Dispose();
            if (e is OperationCanceledException && reading.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                throw TooSlow(e);
            if (e is BadHttpRequestException { StatusCode: 413 } and not RequestException) throw TooManyBytes(most);
            if (e is IOException and not BadHttpRequestException)
                throw new RequestException(400, "The request's body is cut off.", inner: e);
            throw;
        }
    }

    private RequestException TooSlow(Exception inner) => new(
        408, $"The request's body took longer than {_options.Timeout.TotalSeconds:0.###} seconds to arrive.", inner: inner);

    private static RequestException TooLarge(string problem) => new(413, problem) { Kind = InputErrorKind.TooLarge };

    /// <summary>The boundary of a form's parts; null where the body is one image.</summary>
    private static string? FormBoundary(HttpRequest request)
    {
        if (string.IsNullOrEmpty(request.ContentType)) return null;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)) throw WrongType(request.ContentType);
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            string? boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
            return boundary is { Length: > 0 and <= MostBoundary }
                ? boundary
                : throw new RequestException(400, $"Content-Type: a form needs a boundary of 1 to {MostBoundary} characters.");
        }

        // curl --data-binary says a form where it is told nothing.
        bool isImage = type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
        return isImage ? null : throw WrongType(request.ContentType);
    }

    private static RequestException WrongType(string type) => new(
        415,
        $"Content-Type '{ClientText.Short(type)}' is not supported. Send an image (image/*, application/octet-stream) or a form with files "
        + "(multipart/form-data).");

    private async Task ReadFormAsync(HttpRequest request, string boundary, RequestBody body, CancellationToken cancellationToken)
    {
        MultipartReader reader = new(boundary, request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8 * 1024 };
        long left = _options.Limits.MaxBytes;
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? part)) continue;
                string field = HeaderUtilities.RemoveQuotes(part.Name).ToString();
                string file = (part.FileNameStar.Length > 0 ? part.FileNameStar : HeaderUtilities.RemoveQuotes(part.FileName)).ToString();
                if (file.Length > 0 || field is "image" or "images")
                {
                    if (body.Images.Count == _options.MaxImages)
                    {
                        throw TooLarge($"The request has more than {_options.MaxImages} images.");
                    }

                    string name = file.Length > 0 ? ClientText.Name(file) : $"image {body.Images.Count + 1}";
                    await AddAsync(body, name, section.Body, left, cancellationToken).ConfigureAwait(false);
                    left -= body.Images[^1].Data.Length;
                }
                else
                {
                    body.Fields.Add((field, await ReadFieldAsync(section.Body, cancellationToken).ConfigureAwait(false)));
                    if (body.Fields.Count > MostFields) throw new RequestException(400, $"The form has more than {MostFields} fields.");
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException))
        {
            if (cancellationToken.IsCancellationRequested) throw;
            const string problem = "The form is damaged or cut off: its parts do not end with the boundary of Content-Type.";
            throw new RequestException(400, problem, inner: e);
        }
    }

    private async Task AddAsync(RequestBody body, string name, Stream stream, long most, CancellationToken cancellationToken)
    {
        UploadedImage image = new(name, new BodyBuffer(budget));
        body.Images.Add(image);
        await image.Data.ReadAsync(stream, most, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> ReadFieldAsync(Stream stream, CancellationToken cancellationToken)
    {
        using BodyBuffer text = new(budget);
        try
        {
            await text.ReadAsync(stream, MostFieldBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestException e) when (e.Status == 413)
        {
            throw TooLarge($"A field of the form is larger than the limit of {MostFieldBytes} bytes.");
        }

        return Encoding.UTF8.GetString(text.Bytes);
    }

    /// <summary>Refuses what is not an image, or is too large, before it waits for its turn and before it is decoded.</summary>
    private void CheckHeader(UploadedImage image)
    {
        if (image.Data.Length == 0) throw new RequestException(400, $"{image.Name}: the image has no bytes.") { File = image.Name };
        InputLimits limits = _options.Limits;
        try
        {
            ImageSize size = Image.ReadSize(image.Data.Bytes);
            if (size.LongSide > limits.MaxSide) throw Above($"{limits.MaxSide} a side", size);
            if (size.Pixels > limits.MaxPixels) throw Above($"{limits.MaxPixels} pixels", size);
        }
        catch (InputException e)
        {
            throw RequestException.ForImage(image.Name, e);
        }

        static InputException Above(string limit, ImageSize size) => InputException.InContent(
            null, $"an image of {size} pixels is larger than the limit of {limit}.", InputErrorKind.TooLarge);
    }
}
