namespace Panoptes.Training.Pretraining;

/// <summary>How far pretraining has come.</summary>
/// <param name="Stage">What is done now: <c>features</c>, <c>train</c> or <c>evaluate</c>.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps in all.</param>
/// <param name="Loss">The mean cross-entropy since the last report, in nats; null outside of training.</param>
/// <param name="Top1">The last evaluation's; null before the first.</param>
/// <param name="ImagesPerSecond">The speed; 0 before it is known.</param>
public readonly record struct PretrainProgress(string Stage, int Done, int Total, double? Loss, double? Top1, double ImagesPerSecond);
