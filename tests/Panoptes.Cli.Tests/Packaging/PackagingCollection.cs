namespace Panoptes.Cli.Tests.Packaging;

/// <summary>Tests that build share one folder, one after the other.</summary>
[CollectionDefinition(nameof(PackagingCollection))]
public class PackagingCollection : ICollectionFixture<PackagingFixture>;
