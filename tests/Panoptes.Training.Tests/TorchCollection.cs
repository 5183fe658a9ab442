namespace Panoptes.Training.Tests;

/// <summary>
/// Tests that draw libtorch's random numbers, count its tensors or measure memory: all are the process's, so these tests run alone.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchCollection
{
    public const string Name = "libtorch";
}
