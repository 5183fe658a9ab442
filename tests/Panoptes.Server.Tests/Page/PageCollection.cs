namespace Panoptes.Server.Tests.Page;

/// <summary>Tests of the page share a browser and a service, one after the other.</summary>
[CollectionDefinition(nameof(PageCollection))]
public class PageCollection : ICollectionFixture<PageFixture>;
