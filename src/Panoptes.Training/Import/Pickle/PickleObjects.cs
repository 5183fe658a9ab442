using System.Text;
using Panoptes.Torch;

namespace Panoptes.Training.Import.Pickle;

/// <summary>
/// The classes and functions that files of weights name, and what each stands for here. All others are refused by name: a pickle is data,
/// and nothing in it is executed.
/// </summary>
internal static class PickleObjects
{
    private const long EntrySize = 16; // the references to a key and a value

    private static readonly HashSet<string> s_names =
    [
        "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "argparse.Namespace",
        "torch.Size", "torch.device", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
        "torch.nn.parameter.Parameter",
        "numpy.ndarray", "numpy.dtype", "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar",
        "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar",
        "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
        "_codecs.encode",
        .. new[] { "builtins", "__builtin__" }.SelectMany(module =>
            new[] { "set", "frozenset", "list", "tuple", "dict", "int", "float", "bool", "str" }.Select(name => $"{module}.{name}")),
    ];

    /// <summary>Makes sure that a name is one that weights need.</summary>
    /// <exception cref="InputException">It is not; the message names it.</exception>
    public static PickleGlobal Require(PickleGlobal global) => s_names.Contains(global.ToString()) || StorageType(global) is not null
        ? global
        : throw InputException.InContent(
            global.ToString(),
            "refused: weights do not need it, and nothing of a pickle is executed. Save the tensors alone: "
            + "torch.save(model.state_dict(), FILE).",
            InputErrorKind.Unsupported);

    /// <summary>The element type of a class of storages; null where it is another class.</summary>
    public static DType? StorageType(PickleGlobal global) => global.Module != "torch" ? null : global.Name switch
    {
        "DoubleStorage" => DType.Float64,
        "FloatStorage" => DType.Float32,
        "HalfStorage" => DType.Float16,
        "BFloat16Storage" => DType.BFloat16,
        "LongStorage" => DType.Int64,
        "IntStorage" => DType.Int32,
        "ShortStorage" => DType.Int16,
        "CharStorage" => DType.Int8,
        "ByteStorage" => DType.UInt8,
        "BoolStorage" => DType.Bool,
        _ => null,
    };

    /// <summary>What a call of a class or function would have made.</summary>
    /// <param name="function">The class or function.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="budget">What copies of the arguments are taken from.</param>
    /// <exception cref="InvalidDataException">The arguments are not those that it takes.</exception>
    /// <exception cref="InputException">The budget is used up.</exception>
    public static object? Call(object? function, object?[] arguments, PickleBudget budget)
    {
        if (function is not PickleGlobal global)
        {
            throw new InvalidDataException("something other than a name is called");
        }

        return (global.ToString(), arguments) switch
        {
            ("torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_tensor",
                [PickleStorage storage, long offset, var shape, var strides, ..]) =>
                Tensor(storage, offset, Pickled.Integers(shape), Pickled.Integers(strides)),
            ("torch._utils._rebuild_parameter" or "torch.nn.parameter.Parameter", [var tensor, ..]) => tensor,
            ("torch.Size" or "torch.device", [var value, ..]) => value,
            ("collections.defaultdict", _) => new PickleDictionary(),
            ("collections.OrderedDict" or "collections.Counter" or "builtins.dict" or "__builtin__.dict", [PickleDictionary own]) => own,
            ("collections.OrderedDict" or "collections.Counter" or "builtins.dict" or "__builtin__.dict", []) => new PickleDictionary(),
            ("collections.OrderedDict" or "builtins.dict" or "__builtin__.dict", [List<object?> pairs]) => Pairs(pairs, budget),
            ("argparse.Namespace", []) => new PickleDictionary(),
            ("numpy.core.multiarray._reconstruct" or "numpy._core.multiarray._reconstruct", _) => new NumpyArray(),
            ("numpy.dtype", [string name, ..]) => new NumpyType(name),
            ("numpy.core.multiarray.scalar" or "numpy._core.multiarray.scalar", [NumpyType type, var value])
                when Pickled.Bytes(value, budget) is { } data => NumpyArray.Create(type, [], columnsFirst: false, data),
            ("numpy.core.numeric._frombuffer" or "numpy._core.numeric._frombuffer", [byte[] data, NumpyType type, var shape, "C" or "F"])
                => NumpyArray.Create(type, Pickled.Integers(shape), arguments[3] is "F", data),
            ("_codecs.encode", [string text, "latin1" or "latin-1"]) when Pickled.Bytes(text, budget) is { } bytes => bytes,
            ("_codecs.encode", [string text, "utf-8" or "utf8"]) => Utf8(text, budget),
            (_, [var value]) when IsBuiltin(global) => value,
            (_, []) when IsBuiltin(global) => new List<object?>(),
            _ => throw new InvalidDataException($"'{global}' is given {arguments.Length} values that it does not take"),
        };
    }

    /// <summary>Gives an object the state that was stored for it; what has no use for weights is ignored.</summary>
    /// <param name="target">The object.</param>
    /// <param name="state">Its state.</param>
    /// <param name="budget">What copies of the state are taken from.</param>
    /// <exception cref="InvalidDataException">An array or a type of NumPy cannot have that state.</exception>
    /// <exception cref="InputException">The budget is used up.</exception>
    public static void SetState(object? target, object? state, PickleBudget budget)
    {
        switch (target)
        {
            case NumpyArray array:
                array.SetState(state, budget);
                break;
            case NumpyType type:
                type.SetState(state);
                break;
            case PickleDictionary or PickleGlobal or List<object?>: // attributes, such as a state_dict's _metadata
                break;
            default:
                throw new InvalidDataException("an object that takes no state is given one");
        }
    }

    private static bool IsBuiltin(PickleGlobal global) => global.Module is "builtins" or "__builtin__";

    private static StoredTensor Tensor(PickleStorage storage, long offset, long[] shape, long[] strides)
    {
        StoredTensor tensor = new(storage, shape, strides, offset);
        tensor.Check();
        return tensor;
    }

    private static byte[] Utf8(string text, PickleBudget budget)
    {
        budget.Take(Encoding.UTF8.GetByteCount(text));
        return Encoding.UTF8.GetBytes(text);
    }

    private static PickleDictionary Pairs(List<object?> pairs, PickleBudget budget)
    {
        budget.Take(EntrySize * pairs.Count);
        PickleDictionary result = new();
        foreach (object? pair in pairs)
        {
            object?[] both = pair switch
            {
                object?[] { Length: 2 } tuple => tuple,
                List<object?> { Count: 2 } list => [.. list],
                _ => throw new InvalidDataException("a dictionary is built from something other than pairs"),
            };
            result.Add(both[0], both[1]);
        }

        return result;
    }
}
