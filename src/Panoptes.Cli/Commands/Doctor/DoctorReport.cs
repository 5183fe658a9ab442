namespace Panoptes.Cli.Commands.Doctor;

/// <summary>The doctor's result as scripts see it.</summary>
/// <param name="Ok">Whether training can work on this machine.</param>
/// <param name="Version">The tool's version.</param>
/// <param name="Findings">Everything that was looked at, in order.</param>
internal sealed record DoctorReport(bool Ok, string Version, IReadOnlyList<Finding> Findings);
