namespace Panoptes.Datasets.Checks;

/// <summary>What is looked at when a data set is checked.</summary>
public sealed record DatasetCheckOptions
{
    /// <summary>The folder of the pictures; null leaves the picture files out.</summary>
    public string? Images { get; init; }

    /// <summary>The folder of a panoptic data set's PNGs; null leaves them out.</summary>
    public string? PanopticFolder { get; init; }

    /// <summary>
    /// Another data set, of which no picture may be in this one: what is trained on must not be measured on. Null for none.
    /// </summary>
    public string? Against { get; init; }

    /// <summary>The folder of the other data set's pictures: with both folders the files are compared, else ids and names.</summary>
    public string? AgainstImages { get; init; }

    /// <summary>Where a repaired copy goes; null for none. Never the file that is checked.</summary>
    public string? Fix { get; init; }
}
