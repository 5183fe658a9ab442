using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>Reads the elements of a file's lists one after the other, as text: for tools that copy most of what they read.</summary>
internal sealed class JsonListStream : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Stream _stream;
    private readonly JsonBlockSource _source;
    private readonly bool _nonFiniteAsNull;
    private readonly CancellationToken _cancellationToken;

    /// <param name="path">The file.</param>
    /// <param name="nonFiniteAsNull">Whether NaN and the infinities, which are not JSON, are given as null instead of refused.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">It cannot be opened.</exception>
    public JsonListStream(string path, bool nonFiniteAsNull = false, CancellationToken cancellationToken = default)
    {
        _path = path;
        _nonFiniteAsNull = nonFiniteAsNull;
        _cancellationToken = cancellationToken;
        _file = JsonLists.Open(path);
        _stream = JsonText.Decode(_file);
        _source = new JsonBlockSource(_stream);
    }

    /// <summary>The elements, in the file's order. Lists that are the root itself have no name and are refused.</summary>
    /// <exception cref="InputException">The file is not JSON, or no object with lists.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<JsonListElement> Elements()
    {
        JsonBlock block = new();
        List<Range> ranges = [];
        while (Next(block, ranges))
        {
            foreach (Range range in ranges)
            {
                yield return new JsonListElement(block.List!, block.Buffer.AsMemory(range));
            }
        }
    }

    /// <summary>What the file holds next to lists, once all elements are read: each key with its value's text.</summary>
    /// <exception cref="InputException">The root is not an object.</exception>
    public IReadOnlyList<(string Key, byte[] Value)> Rest()
    {
        List<(string, byte[])> rest = [];
        try
        {
            JsonText.RequireUnicode(_source.Skeleton, _path);
            using JsonDocument skeleton = JsonDocument.Parse(_source.Skeleton.ToArray());
            if (skeleton.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InputException(
                    InputErrorKind.Invalid, _path, null,
                    "holds no object; a dataset has images and annotations.");
            }

            foreach (JsonProperty property in skeleton.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.Array)
                {
                    rest.Add((property.Name, Encoding.UTF8.GetBytes(property.Value.GetRawText())));
                }
            }
        }
        catch (JsonException e)
        {
            throw JsonLists.Locate(_path, e);
        }
        catch (DecoderFallbackException e)
        {
            throw JsonText.Locate(_path, e);
        }

        return rest;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }

    private bool Next(JsonBlock block, List<Range> ranges)
    {
        ranges.Clear();
        _cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (!_source.TryNext(block))
            {
                return false;
            }

            JsonText.RequireUnicode(block.Text, _path);
            if (block.List is null)
            {
                throw new InputException(
                    InputErrorKind.Invalid, _path, null,
                    "holds a list; a dataset is an object with images and annotations.");
            }

            try
            {
                Cut(block, ranges);
            }
            catch (JsonException) when (_nonFiniteAsNull)
            {
                byte[] text = NonFiniteNumbers.WithNulls(block.Text);
                (block.Buffer, block.Start, block.Length) = (text, 0, text.Length);
                Cut(block, ranges);
            }

            return true;
        }
        catch (JsonException e)
        {
            throw JsonLists.Locate(_path, e);
        }
        catch (DecoderFallbackException e)
        {
            throw JsonText.Locate(_path, e);
        }
    }

    // System.Text.Json's reader, which looks at everything: what is copied has to be JSON throughout.
    private static void Cut(JsonBlock block, List<Range> ranges)
    {
        ranges.Clear();
        Utf8JsonReader json = new(block.Text);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            int start = block.Start + (int)json.TokenStartIndex;
            json.Skip();
            ranges.Add(start..(block.Start + (int)json.BytesConsumed));
        }
    }
}
