namespace Panoptes.Torch;

/// <summary>Order of a tensor's elements in memory, numbered as in <c>c10::MemoryFormat</c>.</summary>
public enum MemoryFormat
{
    /// <summary>Row-major in the order of the dimensions: NCHW.</summary>
    Contiguous = 0,

    /// <summary>As the source has it.</summary>
    Preserve = 1,

    /// <summary>The channels of a pixel side by side: NHWC in memory, NCHW in shape. The fast one for convolutions on CPUs.</summary>
    ChannelsLast = 2,
}
