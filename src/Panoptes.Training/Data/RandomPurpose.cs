namespace Panoptes.Training.Data;

/// <summary>First keys of the loader's random streams, so that one seed serves several uses.</summary>
internal static class RandomPurpose
{
    /// <summary>The order of the images; the second key is the epoch.</summary>
    public const ulong Order = 1;

    /// <summary>An image's augmentation; the other keys are the epoch and the image's index.</summary>
    public const ulong Augmentation = 2;

    /// <summary>An image's colors; the other keys are those of <see cref="Augmentation"/>.</summary>
    public const ulong Color = 3;

    /// <summary>What is put together with an image; the other keys are those of <see cref="Augmentation"/>.</summary>
    public const ulong Company = 4;

    /// <summary>Whether an image comes once more in an epoch; the other keys are the epoch and the image's index.</summary>
    public const ulong Repeats = 5;
}
