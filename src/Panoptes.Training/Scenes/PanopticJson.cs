using System.Text.Json;
using Panoptes.Coco;

namespace Panoptes.Training.Scenes;

/// <summary>Writes COCO's panoptic JSON (cocodataset.org, data format 4) for drawn scenes.</summary>
internal static class PanopticJson
{
    /// <summary>Writes the file; the PNGs lie beside in the folder of the same name.</summary>
    public static void Write(
        string path,
        IEnumerable<SceneCategory> categories,
        IReadOnlyList<CocoImage> images,
        IReadOnlyList<IReadOnlyList<SceneSegment>> segments)
    {
        using FileStream stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartArray("images");
        foreach (CocoImage image in images)
        {
            json.WriteStartObject();
            json.WriteNumber("id", image.Id);
            json.WriteString("file_name", image.FileName);
            json.WriteNumber("width", image.Width);
            json.WriteNumber("height", image.Height);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("categories");
        foreach (SceneCategory category in categories)
            WriteCategory(json, category);
        json.WriteEndArray();
        json.WriteStartArray("annotations");
        for (int i = 0; i < images.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("image_id", images[i].Id);
            json.WriteString("file_name", Path.ChangeExtension(images[i].FileName, ".png"));
            json.WriteStartArray("segments_info");
            foreach (SceneSegment segment in segments[i])
                WriteSegment(json, segment);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCategory(Utf8JsonWriter json, SceneCategory category)
    {
        json.WriteStartObject();
        json.WriteNumber("id", category.Id);
        json.WriteString("name", category.Name);
        json.WriteString("supercategory", category.Supercategory);
        json.WriteNumber("isthing", category.IsThing ? 1 : 0);
        WriteNumbers(json, "color", category.Color.R, category.Color.G, category.Color.B);
        json.WriteEndObject();
    }

    private static void WriteSegment(Utf8JsonWriter json, SceneSegment segment)
    {
        json.WriteStartObject();
        json.WriteNumber("id", segment.Id);
        json.WriteNumber("category_id", segment.Category.Id);
        json.WriteNumber("area", segment.Area);
        WriteNumbers(json, "bbox", segment.X, segment.Y, segment.Width, segment.Height);
        json.WriteNumber("iscrowd", 0);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, params ReadOnlySpan<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (int number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
