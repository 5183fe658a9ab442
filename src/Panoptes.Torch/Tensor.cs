using Panoptes.Torch.Interop;
using Panoptes.Torch.Kernels;

namespace Panoptes.Torch;

/// <summary>
/// A multi-dimensional array of libtorch. Operators are instance methods (generated from libtorch's own schemas); a tensor made on a
/// thread belongs to that thread's current <see cref="TensorScope"/> and is freed with it unless it is kept.
/// </summary>
/// <remarks>A tensor outside every scope lives until <see cref="Dispose"/> or the garbage collector frees it.</remarks>
public sealed partial class Tensor : IDisposable
{
    private static readonly Operator s_backward = new("aten::_backward", "", "self inputs gradient retain_graph create_graph");
    private static readonly Operator s_setData = new("aten::set_data", "", "self new_data");
    private static readonly Operator s_norm = new("aten::linalg_norm", "", "self ord dim keepdim dtype");
    private static readonly int[][] s_orders = [.. Enumerable.Range(0, 65).Select(rank => Enumerable.Range(0, rank).ToArray())];

    private static long s_live;

    private nint _handle;
    private long[]? _shape;

    // The scope that frees this tensor and the place in its list; the scope keeps both in step.
    internal TensorScope? Scope;
    internal int ScopeIndex;

    private Tensor(nint handle)
    {
        _handle = handle;
        Interlocked.Increment(ref s_live);
        TensorScope.Current?.Add(this);
    }

    /// <summary>Frees a tensor that was not disposed.</summary>
    ~Tensor() => Release();

    /// <summary>Number of tensor handles now alive in the process; soak tests watch it.</summary>
    public static long LiveCount => Interlocked.Read(ref s_live);

    /// <summary>The sizes of all dimensions.</summary>
    public ReadOnlySpan<long> Shape
    {
        get
        {
            _shape ??= Alive(Shapes.SizesOf(Handle));
            return _shape;
        }
    }

    /// <summary>The distance in elements between neighbors along each dimension.</summary>
    public long[] Strides => Alive(Shapes.StridesOf(Handle));

    /// <summary>Number of dimensions; 0 for a scalar.</summary>
    public int Rank => Shape.Length;

    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long size in Shape)
            {
                count *= size;
            }

            return count;
        }
    }

    /// <summary>Type of the elements.</summary>
    public DType DType => Alive(Constants.TypeOf(Handle));

    /// <summary>Where the elements are.</summary>
    public Device Device => Alive(Shapes.DeviceOf(Handle));

    /// <summary>True when the elements lie row-major without gaps.</summary>
    public bool IsContiguous => IsDense(s_orders[Rank]);

    /// <summary>True when the elements lie in channels-last order without gaps.</summary>
    public bool IsChannelsLast => Rank == 4 && IsDense([0, 2, 3, 1]) && !IsContiguous;

    /// <summary>True once the tensor's memory has been given back.</summary>
    public bool IsDisposed => _handle == 0;

    /// <summary>Whether gradients are recorded for this tensor. Only leaves of floating type can be switched.</summary>
    /// <exception cref="TorchException">The tensor is not a leaf, or not of floating type.</exception>
    public bool RequiresGrad
    {
        get => Alive(CppFunctions.RequiresGrad(Handle));
        set => LibTorch.Check(Alive(LibTorch.SetRequiresGrad(Handle, value ? (byte)1 : (byte)0)), $"setting requires_grad of {this}");
    }

    /// <summary>
    /// The gradient that <see cref="Backward"/> has accumulated in a leaf; null when there is none. Set null to clear it.
    /// </summary>
    public unsafe Tensor? Grad
    {
        get
        {
            nint gradient = CppFunctions.MutableGrad(Handle);
            byte defined;
            LibTorch.Check(LibTorch.IsDefined(gradient, &defined), "reading a gradient");
            nint handle = 0;
            if (defined != 0)
            {
                LibTorch.Check(LibTorch.NewTensorHandle(gradient, &handle), "reading a gradient");
            }

            GC.KeepAlive(this);
            return handle == 0 ? null : Own(handle);
        }

        set
        {
            nint undefined = 0;
            if (value is null)
            {
                LibTorch.Check(LibTorch.NewUndefinedTensor(&undefined), "clearing a gradient");
            }

            LibTorch.Check(LibTorch.AssignTensor(value?.Handle ?? undefined, CppFunctions.MutableGrad(Handle)), "setting a gradient");
            if (undefined != 0)
            {
                _ = LibTorch.DeleteTensor(undefined);
            }

            GC.KeepAlive(value);
            GC.KeepAlive(this);
        }
    }

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle == 0, this);
            return _handle;
        }
    }

    /// <summary>Takes over a native reference.</summary>
    internal static Tensor Own(nint handle) =>
        handle != 0 ? new Tensor(handle) : throw new TorchException("the operator returned no tensor");

    /// <summary>Another tensor for the memory behind a native reference, which stays its owner's.</summary>
    internal static unsafe Tensor AliasOf(nint handle)
    {
        Value argument = Value.OfTensor(handle);
        return AliasOperator.InvokeTensor(&argument, 1);
    }

    /// <summary>Copies values into a new tensor on the CPU.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The sizes; their product is the number of values.</param>
    /// <exception cref="ArgumentException">The shape does not hold as many elements as there are values.</exception>
    public static unsafe Tensor From<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        long count = 1;
        foreach (long size in shape)
        {
            count *= size;
        }

        if (count != values.Length)
        {
            throw new ArgumentException(
                $"{values.Length} values do not fill the shape [{string.Join(", ", shape.ToArray())}]", nameof(shape));
        }

        Tensor result = Empty(shape, TypeOf<T>());
        values.CopyTo(new Span<T>(result.DataPointer(), values.Length));
        GC.KeepAlive(result);
        return result;
    }

    /// <summary>Copies values into a new one-dimensional tensor on the CPU.</summary>
    public static Tensor From<T>(ReadOnlySpan<T> values)
        where T : unmanaged => From(values, [values.Length]);

    /// <summary>The value of a tensor with one element.</summary>
    /// <exception cref="InvalidOperationException">There is more than one element.</exception>
    public unsafe double ToDouble()
    {
        if (Count != 1)
        {
            throw new InvalidOperationException($"a tensor of shape {ShapeText()} is not one number");
        }

        Tensor? scratch = Device.Type == DeviceType.Cpu && DType == DType.Float64 ? null : To(Device.Cpu, DType.Float64);
        double value = *(double*)(scratch ?? this).DataPointer();
        scratch?.Dispose();
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>Copies all elements, row-major, into a new array.</summary>
    /// <exception cref="InvalidOperationException">The element type is another than <typeparamref name="T"/>.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        T[] result = new T[Count];
        CopyTo<T>(result);
        return result;
    }

    /// <summary>Copies all elements, row-major, into a span of at least <see cref="Count"/> elements.</summary>
    /// <exception cref="InvalidOperationException">The element type is another than <typeparamref name="T"/>.</exception>
    public unsafe void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        if (DType != TypeOf<T>())
        {
            throw new InvalidOperationException($"a tensor of {DType} does not hold {typeof(T).Name}");
        }

        bool direct = Device.Type == DeviceType.Cpu && IsContiguous;
        Tensor source = direct ? this : To(Device.Cpu).Contiguous();
        new ReadOnlySpan<T>(source.DataPointer(), checked((int)Count)).CopyTo(destination);
        if (!direct)
        {
            source.Dispose();
        }

        GC.KeepAlive(this);
    }

    /// <summary>The elements of a contiguous CPU tensor in place. The span is valid as long as the tensor is.</summary>
    /// <exception cref="InvalidOperationException">The tensor is elsewhere, has gaps, or holds another type.</exception>
    public unsafe Span<T> AsSpan<T>()
        where T : unmanaged
    {
        if (Device.Type != DeviceType.Cpu || !IsContiguous || DType != TypeOf<T>())
        {
            throw new InvalidOperationException(
                $"a {DType} tensor of shape {ShapeText()} on {Device} is not a contiguous CPU tensor of {typeof(T).Name}");
        }

        return new Span<T>(DataPointer(), checked((int)Count));
    }

    /// <summary>Computes gradients of this scalar into the leaves it was computed from, and frees the graph.</summary>
    /// <param name="gradient">The gradient to start from; 1 when null.</param>
    /// <param name="retainGraph">Keep the graph for another pass.</param>
    public unsafe void Backward(Tensor? gradient = null, bool retainGraph = false)
    {
        Value* arguments = stackalloc Value[5];
        arguments[0] = Value.Of(this);
        arguments[1] = Value.List(ValueTag.TensorList, null, 0); // all leaves
        arguments[2] = Value.Of(gradient).Optional();
        arguments[3] = Value.Of(retainGraph).Optional();
        arguments[4] = Value.Of(false);
        try
        {
            s_backward.Invoke(arguments, 5, results: 0);
        }
        catch (TorchException)
        {
            // libtorch's own error says less than what made our kernel fail.
            OverrideableConvolution.ThrowIfFailed();
            throw;
        }

        GC.KeepAlive(gradient);
        GC.KeepAlive(this);
    }

    /// <summary>Points this tensor at another's memory while its identity (name, gradient link) stays: moves of parameters.</summary>
    public unsafe void SetData(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Value* arguments = stackalloc Value[2];
        arguments[0] = Value.Of(this);
        arguments[1] = Value.Of(source);
        s_setData.Invoke(arguments, 2, results: 0);
        _shape = null;
        GC.KeepAlive(source);
        GC.KeepAlive(this);
    }

    /// <summary>Takes the tensor out of its scope: it then lives until it is disposed of.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Detached()
    {
        Scope?.Remove(this);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Scope?.Remove(this);
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Type and shape, for messages.</summary>
    public override string ToString() => IsDisposed ? "disposed tensor" : $"{DType} {ShapeText()} on {Device}";

    internal string ShapeText() => $"[{string.Join(", ", Shape.ToArray())}]";

    /// <summary>
    /// Where the elements are, for native libraries: in main memory, or in that of the tensor's device. Valid until the tensor is disposed of.
    /// </summary>
    public unsafe void* DataPointer()
    {
        void* data;
        LibTorch.Check(LibTorch.GetDataPointer(Handle, &data), $"reading the memory of {this}");
        return data;
    }

    /// <summary>The element type that stands for a C# type.</summary>
    /// <exception cref="NotSupportedException">libtorch has no such element type.</exception>
    public static DType TypeOf<T>()
        where T : unmanaged => default(T) switch
        {
            float => DType.Float32,
            double => DType.Float64,
            long => DType.Int64,
            int => DType.Int32,
            short => DType.Int16,
            byte => DType.UInt8,
            sbyte => DType.Int8,
            bool => DType.Bool,
            Half => DType.Float16,
            _ => throw new NotSupportedException($"tensors cannot hold {typeof(T).Name}"),
        };

    private bool IsDense(ReadOnlySpan<int> order) => Shapes.IsDense(Shape, Strides, order);

    // Keeps the garbage collector from freeing the tensor during the native call whose result this is.
    private T Alive<T>(T result)
    {
        GC.KeepAlive(this);
        return result;
    }

    private void Release()
    {
        nint handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            _ = LibTorch.DeleteTensor(handle);
            Interlocked.Decrement(ref s_live);
        }
    }
}
