using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration;

/// <summary>Which parameters are decayed, and at which learning rate biases are trained.</summary>
public enum ParameterStyle
{
    /// <summary>No decay on the weights and biases of normalizations; biases as everything else (detectron2).</summary>
    [JsonStringEnumMemberName("detectron2")]
    Detectron2,

    /// <summary>
    /// No decay and twice the rate for every bias; weights of normalizations decayed (maskrcnn-benchmark, the authors' code).
    /// </summary>
    Legacy,

    /// <summary>No decay on biases and on the weights of normalizations, all at one rate: usual with <c>adamw</c>.</summary>
    NoBiasDecay,
}
