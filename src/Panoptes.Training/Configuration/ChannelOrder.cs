namespace Panoptes.Training.Configuration;

/// <summary>Order of the colours in the network's input.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue: torchvision's weights.</summary>
    Rgb,

    /// <summary>Blue, green, red: MSRA's and Caffe's weights.</summary>
    Bgr,
}
