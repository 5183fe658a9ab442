namespace Panoptes.Cli.Tests.Training;

/// <summary>
/// Tests that train or count tensors: one after the other and next to no others, because libtorch's random numbers, its threads and the
/// count of tensors belong to the process.
/// </summary>
[CollectionDefinition(nameof(TrainingCollection), DisableParallelization = true)]
public sealed class TrainingCollection : ICollectionFixture<TinyProject>;
