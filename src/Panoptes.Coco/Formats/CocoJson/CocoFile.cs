using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Formats.CocoJson;

/// <summary>
/// Writes one of COCO's JSON files, element by element, with what the input said about images, licences and so on as it stood.
/// </summary>
internal sealed class CocoFile
{
    // As CocoWriter's: run lengths and all languages' letters as they are.
    private static readonly JsonWriterOptions s_format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly JsonListWriter _file;
    private readonly CocoHeader? _header;

    private CocoFile(Stream stream, CocoHeader? header)
    {
        _file = new JsonListWriter(stream);
        _header = header;
    }

    /// <summary>Writes a file; images, classes and annotations come in this order.</summary>
    public static void Write(string path, CocoHeader? header, Action<CocoFile> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, stream =>
        {
            CocoFile file = new(stream, header);
            foreach ((string key, byte[] value) in header?.Rest ?? [])
            {
                file._file.Add(key, value);
            }

            foreach ((string list, byte[] text) in header?.Elements ?? [])
            {
                file._file.Add(list, text.AsSpan());
            }

            write(file);
            file._file.End("images", "annotations", "categories");
        });
    }

    /// <summary>Writes an instance dataset.</summary>
    public static void Write(string path, InstanceDataset dataset, CocoHeader? header) => Write(path, header, file =>
    {
        file.AddImages(dataset.Images);
        IdTexts texts = new(dataset);
        file.AddAll("annotations", dataset.Annotations, (json, annotation) => CocoWriter.WriteAnnotation(json, annotation, texts));
        file.AddAll("categories", dataset.Categories, CocoWriter.WriteCategory);
    });

    /// <summary>Writes the images.</summary>
    public void AddImages(IEnumerable<CocoImage> images)
    {
        foreach (CocoImage image in images)
        {
            ReadOnlySpan<byte> text = _header is null ? [] : _header.TextOf(image);
            if (text.IsEmpty)
            {
                Add("images", image, CocoWriter.WriteImage);
            }
            else
            {
                _file.Add("images", text);
            }
        }
    }

    /// <summary>Writes a list.</summary>
    public void AddAll<T>(string list, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        foreach (T item in items)
        {
            Add(list, item, write);
        }
    }

    private void Add<T>(string list, T item, Action<Utf8JsonWriter, T> write)
    {
        _text.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_text, s_format))
        {
            write(json, item);
        }

        _file.Add(list, _text.WrittenSpan);
    }
}
