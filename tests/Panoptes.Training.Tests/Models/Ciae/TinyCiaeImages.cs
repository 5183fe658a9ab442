namespace Panoptes.Training.Tests.Models.Ciae;

/// <summary>The things of each image of a batch, as a test's argument.</summary>
public sealed class TinyCiaeImages
{
    internal TinyCiaeImages(TinyCiae.Thing[][] things) => Things = things;

    internal TinyCiae.Thing[][] Things { get; }

    public override string ToString() => string.Join("; ", Things.Select(p => string.Join(", ", p.AsEnumerable())));
}
