using Panoptes.Training.Engine;

namespace Panoptes.Training.Demo;

/// <summary>How far a demo is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Done">Scenes drawn, or steps made.</param>
/// <param name="Total">All of them.</param>
/// <param name="Training">The trainer's report while it trains; else null.</param>
public sealed record DemoProgress(DemoStage Stage, int Done, int Total, ProgressReport? Training = null);
