namespace Panoptes.Torch;

/// <summary>Kinds of device, numbered as in <c>c10::DeviceType</c>.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    Cpu = 0,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda = 1,
}
