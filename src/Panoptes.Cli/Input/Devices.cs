using Panoptes.Torch;

namespace Panoptes.Cli.Input;

/// <summary>The device that <c>--device</c> names.</summary>
internal static class Devices
{
    /// <summary>Reads the option and makes sure that the device is there.</summary>
    /// <exception cref="InputException">It names no device, or one that libtorch does not see.</exception>
    public static Device Parse(string text)
    {
        Device device;
        try
        {
            device = Device.Parse(text);
        }
        catch (FormatException)
        {
            throw InputException.ForSetting($"--device {text}", "allowed are cpu, cuda and cuda:N");
        }

        if (device.Type != DeviceType.Cuda) return device;
        int count = TorchRuntime.CudaDeviceCount;
        if (count == 0)
        {
            throw InputException.ForSetting(
                $"--device {text}",
                $"libtorch {TorchRuntime.Version} sees no CUDA device; 'panoptes doctor' says why and what to do");
        }

        return device.Index < count
            ? device
            : throw InputException.ForSetting($"--device {text}", $"there are {count} CUDA devices, cuda:0 to cuda:{count - 1}");
    }
}
