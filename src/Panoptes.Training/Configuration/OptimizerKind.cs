using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration;

/// <summary>How a gradient becomes a step.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum, as the papers train.</summary>
    Sgd,

    /// <summary>Adam with decoupled decay (Loshchilov and Hutter 2019).</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,
}
