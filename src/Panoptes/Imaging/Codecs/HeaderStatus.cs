namespace Panoptes.Imaging.Codecs;

/// <summary>The outcome of reading a header from the beginning of a file.</summary>
internal enum HeaderStatus
{
    /// <summary>The header was read.</summary>
    Found,

    /// <summary>The data ended before the header was complete.</summary>
    Incomplete,

    /// <summary>The data is not what its first bytes announce.</summary>
    Invalid,
}
