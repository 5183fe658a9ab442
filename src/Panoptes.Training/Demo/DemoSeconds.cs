namespace Panoptes.Training.Demo;

/// <summary>Where a demo's time went.</summary>
/// <param name="Data">Drawing the scenes; next to nothing where they lay there already.</param>
/// <param name="Train">Training, with the evaluations in between and saving.</param>
/// <param name="Eval">The evaluation at the end: images, network, masks and AP.</param>
public sealed record DemoSeconds(double Data, double Train, double Eval);
