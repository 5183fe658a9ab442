namespace Panoptes.Training.Models;

/// <summary>The losses of a batch and what they were taken from.</summary>
/// <param name="Terms">The parts, weighted; their sum is minimized.</param>
/// <param name="Objects">Objects in the batch.</param>
/// <param name="UnmatchedObjects">
/// Objects that no location was assigned to (too thin, or hidden by smaller ones): nothing is learned from them in this batch.
/// </param>
internal sealed record BatchLoss(IReadOnlyList<LossTerm> Terms, int Objects, int UnmatchedObjects);
