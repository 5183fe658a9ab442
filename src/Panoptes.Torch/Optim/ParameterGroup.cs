namespace Panoptes.Torch.Optim;

/// <summary>Parameters that are trained alike.</summary>
/// <param name="Parameters">The tensors with the names that they have in the network.</param>
/// <param name="LearningRateFactor">Multiplies the optimizer's learning rate; 2 for the biases of Caffe's heirs.</param>
/// <param name="WeightDecay">The L2 penalty λ: λ·p is added to the gradient of p.</param>
public sealed record ParameterGroup(
    IReadOnlyList<(string Name, Tensor Value)> Parameters, double LearningRateFactor = 1, double WeightDecay = 0);
