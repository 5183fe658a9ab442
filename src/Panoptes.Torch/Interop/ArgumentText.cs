using System.Globalization;
using System.Text;

namespace Panoptes.Torch.Interop;

/// <summary>
/// An operator's call in words, for messages: <c>aten::mm(self: float32 [2, 3], mat2: float32 [4, 5])</c>, what a reader needs to find the
/// mistake.
/// </summary>
internal static unsafe class ArgumentText
{
    private const int MostTensors = 8;

    internal static string Describe(string name, string[] names, Value* arguments, int count)
    {
        List<string> parts = new();
        for (int i = 0; i < count; i++)
        {
            if (arguments[i].Tag != ValueTag.None)
            {
                string argument = i < names.Length && names[i].Length > 0 ? $"{names[i]}: " : "";
                parts.Add(argument + Text(arguments[i]));
            }
        }

        return $"{name}({string.Join(", ", parts)})";
    }

    /// <summary>Type, sizes and, where it is not a CPU tensor, device.</summary>
    internal static string Tensor(nint handle)
    {
        if (handle == 0)
        {
            return "none";
        }

        DType type = Constants.TypeOf(handle);
        string name = Enum.IsDefined(type) ? TypeName(type) : $"type {(int)type}";
        Device device = Shapes.DeviceOf(handle);
        string place = device.Type == DeviceType.Cpu ? "" : $" on {device}";
        return $"{name} [{string.Join(", ", Shapes.SizesOf(handle))}]{place}";
    }

    internal static string TypeName(DType type) => type.ToString().ToLowerInvariant();

    private static string Text(in Value value) => value.Tag switch
    {
        ValueTag.Tensor => Tensor(value.Pointer),
        ValueTag.Int => value.Integer.ToString(CultureInfo.InvariantCulture),
        ValueTag.Double => value.Number.ToString("R", CultureInfo.InvariantCulture),
        ValueTag.Bool => value.Integer != 0 ? "true" : "false",
        ValueTag.IntList => $"[{string.Join(", ", new ReadOnlySpan<long>((void*)value.Pointer, value.Count).ToArray())}]",
        ValueTag.DoubleList => $"[{string.Join(", ", new ReadOnlySpan<double>((void*)value.Pointer, value.Count).ToArray())}]",
        ValueTag.TensorList or ValueTag.OptionalTensorList => Tensors((nint*)value.Pointer, value.Count),
        ValueTag.Device => ((DeviceType)(value.Integer >> 32)).ToString().ToLowerInvariant(),
        _ => "...",
    };

    private static string Tensors(nint* tensors, int count)
    {
        StringBuilder text = new("{");
        for (int i = 0; i < Math.Min(count, MostTensors); i++)
        {
            text.Append(i > 0 ? "; " : "").Append(Tensor(tensors[i]));
        }

        return text.Append(count > MostTensors ? "; ...}" : "}").ToString();
    }
}
