using System.Text.Json;

namespace Panoptes.Server.Watching;

/// <summary>A line of metrics.jsonl: what the list of runs says of it, and the whole of it as JSON.</summary>
internal sealed class MetricsLine
{
    private MetricsLine(byte[] json) => Json = json;

    /// <summary>The line, an object of numbers and nulls.</summary>
    public byte[] Json { get; }

    /// <summary>Steps made.</summary>
    public int Iteration { get; private set; }

    /// <summary>Seconds of training; NaN where they are not told.</summary>
    public double Seconds { get; private set; } = double.NaN;

    /// <summary>The loss that is minimized; null in a line of an evaluation.</summary>
    public double? Loss { get; private set; }

    /// <summary>Training images per second.</summary>
    public double? ImagesPerSecond { get; private set; }

    /// <summary>Memory in MiB.</summary>
    public double? MemoryMib { get; private set; }

    /// <summary>Mask AP of an evaluation.</summary>
    public double? Ap { get; private set; }

    /// <summary>Panoptic quality of an evaluation.</summary>
    public double? Pq { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <returns>Null where it is not one: a crash cut it off.</returns>
    public static MetricsLine? Parse(ReadOnlySpan<byte> json)
    {
        MetricsLine line = new(json.ToArray());
        try
        {
            Utf8JsonReader reader = new(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            bool hasIteration = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null) continue;
                if (reader.TokenType != JsonTokenType.Number) return null;
                hasIteration |= name == "iteration";
                line.Set(name, reader.GetDouble());
            }

            return hasIteration && reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Set(string name, double value)
    {
        switch (name)
        {
            case "iteration": Iteration = (int)value; break;
            case "seconds": Seconds = value; break;
            case "loss_total": Loss = value; break;
            case "images_per_second": ImagesPerSecond = value; break;
            case "memory_mib": MemoryMib = value; break;
            case "eval_segm_AP" when value >= 0: Ap = value; break;
            case "eval_panoptic_PQ" when value >= 0: Pq = value; break;
        }
    }
}
