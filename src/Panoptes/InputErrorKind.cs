namespace Panoptes;

/// <summary>Says what is wrong with an input, so that a program can answer without reading the message.</summary>
public enum InputErrorKind
{
    /// <summary>A value is not allowed here, or does not fit another one.</summary>
    Invalid,

    /// <summary>A file or folder does not exist.</summary>
    NotFound,

    /// <summary>A file exists and may not be read, or reading it fails; or it is a device, a pipe or a folder.</summary>
    Unreadable,

    /// <summary>The bytes are not what their format says: damaged, cut off, or another format.</summary>
    Damaged,

    /// <summary>The input is valid and holds something that is not supported.</summary>
    Unsupported,

    /// <summary>The input is above one of <see cref="InputLimits"/>.</summary>
    TooLarge,
}
