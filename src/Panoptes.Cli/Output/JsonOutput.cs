using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panoptes.Cli.Commands.Bench;
using Panoptes.Cli.Commands.Doctor;
using Panoptes.Cli.Commands.Export;
using Panoptes.Cli.Commands.Model;
using Panoptes.Cli.Commands.Predict;
using Panoptes.Cli.Commands.Predict.Merging;
using Panoptes.Cli.Commands.Predict.Video;
using Panoptes.Cli.Commands.Pretrain;
using Panoptes.Cli.Commands.Serve;
using Panoptes.Cli.Commands.Watch;

namespace Panoptes.Cli.Output;

/// <summary>
/// The JSON objects that commands print with <c>--json</c>: snake_case names, one line. Generated serializers: reflection would
/// double the start-up time of a short command.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(ModelInfoReport))]
[JsonSerializable(typeof(ModelListReport))]
[JsonSerializable(typeof(ModelPackReport))]
[JsonSerializable(typeof(PretrainReport))]
[JsonSerializable(typeof(PredictMergeReport))]
[JsonSerializable(typeof(PredictReport))]
[JsonSerializable(typeof(ServeReport))]
[JsonSerializable(typeof(TrackReport))]
[JsonSerializable(typeof(WatchReport))]
internal sealed partial class JsonOutput : JsonSerializerContext
{
    // The writer's options count here, not the serializer's: letters of all languages are written as they are.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes what <paramref name="write"/> writes as one line.</summary>
    public static void WriteLine(TextWriter output, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter writer = new(bytes, s_options)) write(writer);
        output.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }
}
