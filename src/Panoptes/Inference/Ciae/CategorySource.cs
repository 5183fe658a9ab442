using System.Text.Json.Serialization;

namespace Panoptes.Inference.Ciae;

/// <summary>What names the class of an instance (Table II of the paper).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CategorySource>))]
public enum CategorySource
{
    /// <summary>The class of the detected box.</summary>
    [JsonStringEnumMemberName("detector")]
    Detector,

    /// <summary>
    /// The memory vector of a thing class that is nearest to the instance's query; needs a memory with a vector for each thing class.
    /// </summary>
    [JsonStringEnumMemberName("embedding")]
    Embedding,
}
