using System.Runtime.InteropServices;
using Panoptes.Torch.Tracing;

namespace Panoptes.Torch.Interop;

/// <summary>An operator of libtorch, called by name.</summary>
internal sealed unsafe class Operator
{
    private const int MostResults = 16;

    private readonly byte* _name;
    private readonly byte* _overload;
    private readonly string _recorded;
    private readonly string _arguments;

    /// <summary>Names an operator; whether libtorch has it shows at the first call.</summary>
    /// <param name="name">The name with its namespace: <c>aten::mul</c>.</param>
    /// <param name="overload">The overload that is called; empty for the one without a name.</param>
    /// <param name="arguments">The names of the arguments, with spaces between them, for messages.</param>
    /// <param name="meant">The overload that a tape records where another one is called in its place; null: the same.</param>
    internal Operator(string name, string overload = "", string arguments = "", string? meant = null)
    {
        // Operators live as long as the process.
        _name = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        _overload = (byte*)Marshal.StringToCoTaskMemUTF8(overload);
        _arguments = arguments;
        meant ??= overload;
        _recorded = meant.Length == 0 ? name : $"{name}.{meant}";
    }

    /// <summary>Calls an operator that returns nothing of interest (in place, or void).</summary>
    /// <param name="arguments">All arguments of the schema, in its order.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="results">Results that the operator returns anyway: tensors, which are released.</param>
    internal void Invoke(Value* arguments, int count, int results = 1)
    {
        ulong* stack = stackalloc ulong[Math.Max(count, MostResults)];
        Call(arguments, count, stack);
        for (int i = 0; i < results; i++)
        {
            _ = LibTorch.DeleteTensor((nint)stack[i]);
        }

        Tape.Current?.Record(this, arguments, count);
    }

    /// <summary>Calls an operator whose result is one tensor.</summary>
    internal Tensor InvokeTensor(Value* arguments, int count)
    {
        ulong* stack = stackalloc ulong[Math.Max(count, MostResults)];
        Call(arguments, count, stack);
        Tensor result = Tensor.Own((nint)stack[0]);
        Tape.Current?.Record(this, arguments, count, result);
        return result;
    }

    /// <summary>Calls an operator whose result is a list of tensors.</summary>
    internal Tensor[] InvokeTensors(Value* arguments, int count)
    {
        ulong* stack = stackalloc ulong[Math.Max(count, MostResults)];
        Call(arguments, count, stack);
        nint list = (nint)stack[0];
        nuint size;
        LibTorch.Check(LibTorch.ListSize(list, &size), "a list");
        Tensor[] tensors = new Tensor[size];
        for (int i = 0; i < tensors.Length; i++)
        {
            ulong element;
            LibTorch.Check(LibTorch.ListGetItem(list, (nuint)i, &element), "a list");
            tensors[i] = Tensor.Own((nint)element);
        }

        LibTorch.Check(LibTorch.DeleteList(list), "a list");
        Tape.Current?.Record(this, arguments, count, tensors);
        return tensors;
    }

    /// <summary>Calls an operator with several tensor results.</summary>
    internal void InvokeMany(Value* arguments, int count, Span<Tensor> results)
    {
        Tape.Current?.Refuse(this, arguments, count);
        ulong* stack = stackalloc ulong[Math.Max(count, MostResults)];
        Call(arguments, count, stack);
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Tensor.Own((nint)stack[i]);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _recorded;

    private void Call(Value* arguments, int count, ulong* stack)
    {
        SelfCheck.RunIfDue();
        ArgumentStack.Write(arguments, count, stack);
        if (LibTorch.CallDispatcher(_name, _overload, stack, LibTorch.Version) != 0)
        {
            throw Failure(arguments, count);
        }
    }

    private TorchException Failure(Value* arguments, int count)
    {
        string call = ArgumentText.Describe(_recorded, _arguments.Split(' '), arguments, count);
        return new TorchException($"{call}: libtorch refuses the call{NativeErrors.Text()}");
    }
}
