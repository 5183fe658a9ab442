namespace Panoptes.Torch;

/// <summary>Where a tensor lives.</summary>
/// <param name="Type">The kind of device.</param>
/// <param name="Index">Which one of its kind; -1 for the current one.</param>
public readonly record struct Device(DeviceType Type, int Index = -1)
{
    /// <summary>The processor.</summary>
    public static Device Cpu => new(DeviceType.Cpu);

    /// <summary>The GPU with the given index.</summary>
    public static Device Cuda(int index = 0) => new(DeviceType.Cuda, index);

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <exception cref="FormatException">The text is not one of these.</exception>
    public static Device Parse(string text)
    {
        if (text == "cpu")
        {
            return Cpu;
        }

        if (text == "cuda")
        {
            return Cuda();
        }

        if (text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), out int index) && index is >= 0 and < 128)
        {
            return Cuda(index);
        }

        throw new FormatException($"device '{text}' is not one of cpu, cuda, cuda:N");
    }

    /// <inheritdoc/>
    public override string ToString() => Type == DeviceType.Cpu ? "cpu" : Index < 0 ? "cuda" : $"cuda:{Index}";
}
