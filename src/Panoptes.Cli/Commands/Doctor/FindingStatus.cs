using System.Text.Json.Serialization;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>How a finding weighs.</summary>
internal enum FindingStatus
{
    /// <summary>As it should be, or a plain fact.</summary>
    [JsonStringEnumMemberName("ok")]
    Good,

    /// <summary>It works, slower or with less than it could.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Training cannot work like this.</summary>
    [JsonStringEnumMemberName("problem")]
    Problem,
}
