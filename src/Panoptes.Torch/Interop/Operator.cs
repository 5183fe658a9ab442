using Panoptes.Torch.Tracing;

namespace Panoptes.Torch.Interop;

/// <summary>A libtorch operator, looked up once and called boxed.</summary>
internal sealed class Operator
{
    private readonly string _name;
    private readonly string _overload;
    private nint _handle;

    internal Operator(string name, string overload = "")
    {
        _name = name;
        _overload = overload;
    }

    internal string Schema => Native.OperatorSchema(Handle);

    // Found at the first call: the wrappers name operators that an older libtorch may lack without making all others fail.
    private nint Handle
    {
        get
        {
            if (_handle == 0)
            {
                _handle = Native.FindOperator(_name, _overload);
                if (_handle == 0)
                {
                    throw new TorchException(Native.LastError());
                }
            }

            return _handle;
        }
    }

    /// <summary>Calls an operator that returns nothing of interest (in place, or void).</summary>
    internal unsafe void Invoke(Value* arguments, int count)
    {
        Value result = default;
        int results = 0;
        Native.Check(Native.Call(Handle, arguments, count, &result, 1, &results));
        if (result.Tag == ValueTag.Tensor && result.Pointer != 0)
        {
            Native.TensorRelease(result.Pointer);
        }

        Tape.Current?.Record(this, arguments, count);
    }

    /// <summary>Calls an operator with one result that is no tensor.</summary>
    internal unsafe Value InvokeOne(Value* arguments, int count)
    {
        Tape.Current?.Refuse(this, arguments, count);
        return Call(arguments, count);
    }

    /// <summary>Calls an operator whose result is one tensor.</summary>
    internal unsafe Tensor InvokeTensor(Value* arguments, int count)
    {
        var result = Tensor.Own(Call(arguments, count).Pointer);
        Tape.Current?.Record(this, arguments, count, result);
        return result;
    }

    /// <summary>Calls an operator whose result is a list of tensors.</summary>
    internal unsafe Tensor[] InvokeTensors(Value* arguments, int count)
    {
        Value list = Call(arguments, count);
        var tensors = new Tensor[list.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = Tensor.Own(((nint*)list.Pointer)[i]);
        }

        Native.FreeList(list.Pointer);
        Tape.Current?.Record(this, arguments, count, tensors);
        return tensors;
    }

    /// <summary>Calls an operator with several tensor results.</summary>
    internal unsafe void InvokeMany(Value* arguments, int count, Value* results, int resultCount)
    {
        Tape.Current?.Refuse(this, arguments, count);
        int found = 0;
        Native.Check(Native.Call(Handle, arguments, count, results, resultCount, &found));
    }

    private unsafe Value Call(Value* arguments, int count)
    {
        Value result = default;
        int results = 0;
        Native.Check(Native.Call(Handle, arguments, count, &result, 1, &results));
        return result;
    }

    public override string ToString() => _overload.Length == 0 ? _name : $"{_name}.{_overload}";
}
