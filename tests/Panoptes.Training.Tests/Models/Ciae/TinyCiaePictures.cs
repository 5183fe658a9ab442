namespace Panoptes.Training.Tests.Models.Ciae;

/// <summary>The things of each picture of a batch, as a test's argument.</summary>
public sealed class TinyCiaePictures
{
    internal TinyCiaePictures(TinyCiae.Thing[][] things) => Things = things;

    internal TinyCiae.Thing[][] Things { get; }

    public override string ToString() => string.Join("; ", Things.Select(p => string.Join(", ", p.AsEnumerable())));
}
