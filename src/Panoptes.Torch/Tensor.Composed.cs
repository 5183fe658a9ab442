using Panoptes.Torch.Interop;
using Panoptes.Torch.Tracing;

namespace Panoptes.Torch;

/// <content>
/// Operators whose schema has a Scalar, which libtorch's C interface does not take, and which no twin with tensors replaces: they are
/// composed of others. A tape records what is meant, not what is called.
/// </content>
public sealed partial class Tensor
{
    /// <summary><c>aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor</c></summary>
    public Tensor Add(Tensor other, Scalar? alpha = null)
    {
        ArgumentNullException.ThrowIfNull(other);
        Tensor result = Plus(other, alpha);
        Tape.Current?.Record("aten::add.Tensor", [this, other, alpha?.ToObject()], result);
        return result;
    }

    /// <summary><c>aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor</c></summary>
    public Tensor Add(Scalar other, Scalar? alpha = null)
    {
        Tensor result = Plus(other, alpha);
        Tape.Current?.Record("aten::add.Scalar", [this, other.ToObject(), alpha?.ToObject()], result);
        return result;
    }

    /// <summary><c>aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)</c></summary>
    public Tensor AddInPlace(Tensor other, Scalar? alpha = null) =>
        WriteOver("aten::add_.Tensor", [this, other, alpha?.ToObject()], () => Plus(other, alpha));

    /// <summary><c>aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)</c></summary>
    public Tensor AddInPlace(Scalar other, Scalar? alpha = null) =>
        WriteOver("aten::add_.Scalar", [this, other.ToObject(), alpha?.ToObject()], () => Plus(other, alpha));

    /// <summary><c>aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor</c></summary>
    public Tensor Sub(Tensor other, Scalar? alpha = null)
    {
        ArgumentNullException.ThrowIfNull(other);
        Tensor result = Plus(other, -(alpha ?? 1));
        Tape.Current?.Record("aten::sub.Tensor", [this, other, alpha?.ToObject()], result);
        return result;
    }

    /// <summary><c>aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor</c></summary>
    public Tensor Sub(Scalar other, Scalar? alpha = null)
    {
        Tensor result = Plus(other, -(alpha ?? 1));
        Tape.Current?.Record("aten::sub.Scalar", [this, other.ToObject(), alpha?.ToObject()], result);
        return result;
    }

    /// <summary><c>aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)</c></summary>
    public Tensor SubInPlace(Tensor other, Scalar? alpha = null) =>
        WriteOver("aten::sub_.Tensor", [this, other, alpha?.ToObject()], () => Plus(other, -(alpha ?? 1)));

    /// <summary><c>aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor</c></summary>
    public Tensor Rsub(Scalar other, Scalar? alpha = null)
    {
        using Tensor number = Number(other);
        Tensor result = number.Plus(this, -(alpha ?? 1));
        Tape.Current?.Record("aten::rsub.Scalar", [this, other.ToObject(), alpha?.ToObject()], result);
        return result;
    }

    /// <summary><c>aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor</c></summary>
    public Tensor Addcmul(Tensor tensor1, Tensor tensor2, Scalar? value = null) => Tape.Composite(
        "aten::addcmul", [this, tensor1, tensor2, value?.ToObject()], () => Plus(tensor1.Mul(tensor2), value));

    /// <summary><c>aten::addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)</c></summary>
    public Tensor AddcmulInPlace(Tensor tensor1, Tensor tensor2, Scalar? value = null) => WriteOver(
        "aten::addcmul_", [this, tensor1, tensor2, value?.ToObject()], () => Plus(tensor1.Mul(tensor2), value));

    /// <summary><c>aten::addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)</c></summary>
    public Tensor AddcdivInPlace(Tensor tensor1, Tensor tensor2, Scalar? value = null) => WriteOver(
        "aten::addcdiv_", [this, tensor1, tensor2, value?.ToObject()], () => Plus(tensor1.Div(tensor2), value));

    /// <summary><c>aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor</c></summary>
    /// <remarks>
    /// log(1 + exp(β·x)) / β for all x. libtorch gives x itself above the threshold, where β·x and this agree in float32.
    /// </remarks>
    /// <param name="beta">β; 1 when null.</param>
    public Tensor Softplus(Scalar? beta = null) => Tape.Composite("aten::softplus", [this, beta?.ToObject()], () =>
    {
        using Tensor zero = Number(0.0);
        return beta is null ? Logaddexp(zero) : Mul(beta.Value).Logaddexp(zero).Div(beta.Value);
    });

    /// <summary>
    /// <c>aten::var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor</c>
    /// </summary>
    /// <param name="dim">Dimensions to reduce; all when empty.</param>
    /// <param name="correction">What is taken off the number of elements; 1 when null.</param>
    /// <param name="keepdim">Whether reduced dimensions stay, with size 1.</param>
    public Tensor Var(ReadOnlySpan<long> dim, long? correction = null, bool keepdim = false)
    {
        long[] all = dim.IsEmpty ? [.. Enumerable.Range(0, Rank).Select(i => (long)i)] : dim.ToArray();
        return Tape.Composite("aten::var.correction", [this, all, correction, keepdim], () =>
        {
            long count = 1;
            foreach (long d in all)
            {
                count *= Size((int)d);
            }

            Tensor spread = Sub(Mean(all, keepdim: true)).Square();
            return spread.Sum(all, keepdim).Div((double)Math.Max(count - (correction ?? 1), 0));
        });
    }

    /// <summary>
    /// <c>aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) ->
    /// Tensor</c>
    /// </summary>
    /// <param name="ord">The order: 1, 2 (when null) or infinity.</param>
    /// <param name="dim">Dimensions to reduce; all when empty.</param>
    /// <param name="keepdim">Whether reduced dimensions stay, with size 1.</param>
    /// <param name="dtype">Type of the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another order.</exception>
    public Tensor LinalgVectorNorm(Scalar? ord, ReadOnlySpan<long> dim, bool keepdim = false, DType? dtype = null)
    {
        double order = ord?.ToDouble() ?? 2;
        long[] dims = dim.ToArray();
        return Tape.Composite("aten::linalg_vector_norm", [this, order, dims, keepdim], () =>
        {
            Tensor source = dtype is null ? this : To(dtype.Value);
            return order switch
            {
                2 => source.Norm(dims, keepdim),
                1 => dims.Length == 0 ? source.Abs().Sum() : source.Abs().Sum(dims, keepdim),
                double.PositiveInfinity => source.Abs().Amax(dims, keepdim),
                _ => throw new ArgumentOutOfRangeException(nameof(ord), order, "the order is 1, 2 or infinity"),
            };
        });
    }

    /// <summary><c>aten::constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor</c></summary>
    public unsafe Tensor ConstantPadNd(ReadOnlySpan<long> pad, Scalar? value = null)
    {
        double number = value?.ToDouble() ?? 0;
        nint result;
        fixed (long* first = pad)
        fixed (byte* mode = "constant\0"u8)
        {
            if (LibTorch.Pad(Handle, first, pad.Length, mode, &number, &result) != 0)
            {
                throw new TorchException(
                    $"aten::constant_pad_nd(self: {this}, pad: [{string.Join(", ", pad.ToArray())}]): libtorch refuses the call"
                    + NativeErrors.Text());
            }
        }

        GC.KeepAlive(this);
        Tensor padded = Own(result);
        Tape.Current?.Record("aten::constant_pad_nd", [this, pad.ToArray(), value?.ToObject()], padded);
        return padded;
    }

    /// <summary><c>aten::index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)</c></summary>
    public Tensor IndexAddInPlace(long dim, Tensor index, Tensor source, Scalar? alpha = null)
    {
        Tensor?[] indices = new Tensor?[(dim < 0 ? dim + Rank : dim) + 1];
        indices[^1] = index;
        return IndexPutInPlace(indices, alpha is null ? source : source.Mul(alpha.Value), accumulate: true);
    }

    /// <summary><c>aten::scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)</c></summary>
    public Tensor ScatterInPlace(long dim, Tensor index, Scalar value)
    {
        ArgumentNullException.ThrowIfNull(index);
        using Tensor values = Full(index.Shape, value, DType, Device);
        return ScatterInPlace(dim, index, values);
    }

    /// <summary><c>aten::full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Device? device=None) -> Tensor</c></summary>
    /// <param name="size">The shape.</param>
    /// <param name="fillValue">The value of every element.</param>
    /// <param name="dtype">Type of the elements; when null that of the value: float32, int64 or bool.</param>
    /// <param name="device">Where the elements are; the CPU when null.</param>
    public static Tensor Full(ReadOnlySpan<long> size, Scalar fillValue, DType? dtype = null, Device? device = null) =>
        Empty(size, dtype ?? fillValue.Type, device).FillInPlace(fillValue);

    /// <summary>
    /// <c>aten::full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Device? device=None, MemoryFormat?
    /// memory_format=None) -> Tensor</c>
    /// </summary>
    public Tensor FullLike(Scalar fillValue, DType? dtype = null, Device? device = null, MemoryFormat? memoryFormat = null) =>
        Tape.Composite(
            "aten::full_like", [this, fillValue.ToObject()], () => EmptyLike(dtype, device, memoryFormat).FillInPlace(fillValue));

    /// <summary>Numbers from 0 to <paramref name="end"/> − 1: <c>aten::arange(Scalar end, ...)</c>.</summary>
    /// <param name="end">How many.</param>
    /// <param name="dtype">Type of the elements; int64 when null.</param>
    /// <param name="device">Where the elements are; the CPU when null.</param>
    public static Tensor Arange(long end, DType? dtype = null, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(end);
        long[] numbers = new long[end];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = i;
        }

        return Placed(From<long>(numbers), dtype ?? DType.Int64, device);
    }

    /// <summary>
    /// Numbers with equal steps from one end to the other: <c>aten::linspace(Scalar start, Scalar end, int steps, ...)</c>.
    /// </summary>
    public static Tensor Linspace(double start, double end, long steps, DType? dtype = null, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        double[] numbers = new double[steps];
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            // From both ends, as libtorch does: the last number is the end itself.
            numbers[i] = i < (steps + 1) / 2 ? start + (step * i) : end - (step * (steps - 1 - i));
        }

        return Placed(From<double>(numbers), dtype ?? DType.Float32, device);
    }

    /// <summary>Random numbers, uniform in [0, 1), of this library's own generator (<see cref="TorchRuntime.Seed"/>).</summary>
    public static Tensor Rand(ReadOnlySpan<long> size, DType? dtype = null, Device? device = null) =>
        Drawn(size, dtype, device, numbers => TorchRuntime.Random.Uniform(numbers, 0, 1));

    /// <summary>
    /// Random numbers, normal with mean 0 and deviation 1, of this library's own generator (<see cref="TorchRuntime.Seed"/>).
    /// </summary>
    public static Tensor Randn(ReadOnlySpan<long> size, DType? dtype = null, Device? device = null) =>
        Drawn(size, dtype, device, numbers => TorchRuntime.Random.Normal(numbers, 0, 1));

    /// <summary>Fills the tensor with normal random numbers of this library's own generator (<see cref="TorchRuntime.Seed"/>).</summary>
    public Tensor NormalInPlace(double mean = 0, double std = 1) =>
        Fill(numbers => TorchRuntime.Random.Normal(numbers, mean, std));

    /// <summary>
    /// Fills the tensor with uniform random numbers in [from, to) of this library's own generator (<see cref="TorchRuntime.Seed"/>).
    /// </summary>
    public Tensor UniformInPlace(double from = 0, double to = 1) =>
        Fill(numbers => TorchRuntime.Random.Uniform(numbers, from, to));

    /// <summary><c>aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor</c></summary>
    public Tensor Addmm(Tensor mat1, Tensor mat2, Scalar? beta = null, Scalar? alpha = null)
    {
        ArgumentNullException.ThrowIfNull(mat1);
        ArgumentNullException.ThrowIfNull(mat2);
        return Tape.Composite("aten::addmm", [this, mat1, mat2, beta?.ToObject(), alpha?.ToObject()], () =>
        {
            Tensor self = beta is null ? this : Mul(beta.Value);
            Tensor left = alpha is null ? mat1 : mat1.Mul(alpha.Value);

            // A row is added within the product.
            return Rank == 1 ? left.Linear(mat2.Transpose(0, 1), self) : left.Mm(mat2).Plus(self, null);
        });
    }

    /// <summary><c>aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor</c></summary>
    public Tensor Baddbmm(Tensor batch1, Tensor batch2, Scalar? beta = null, Scalar? alpha = null)
    {
        ArgumentNullException.ThrowIfNull(batch1);
        ArgumentNullException.ThrowIfNull(batch2);
        return Tape.Composite("aten::baddbmm", [this, batch1, batch2, beta?.ToObject(), alpha?.ToObject()], () =>
            (beta is null ? this : Mul(beta.Value)).Plus(batch1.Bmm(batch2), alpha));
    }

    /// <summary>
    /// Sets elements to 0 with probability <paramref name="p"/> while training, and scales the others by 1 / (1 − p):
    /// <c>aten::dropout(Tensor input, float p, bool train) -> Tensor</c>.
    /// </summary>
    public Tensor Dropout(double p, bool train)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        return !train || p == 0 ? Alias()
            : p == 1 ? Mul(0.0)
            : Mul(Rand(Shape, DType.Float32, Device).Ge(p).To(DType).Div(1 - p));
    }

    // self + alpha · other. libtorch's C function subtracts; of integers it wants an integer factor, which it has no place for.
    private unsafe Tensor Plus(Tensor other, Scalar? alpha)
    {
        double factor = alpha?.ToDouble() ?? 1;
        if (!IsFloating(DType) && !IsFloating(other.DType))
        {
            return PlusIntegers(alpha is null ? other : other.Mul(alpha.Value));
        }

        nint result;
        if (LibTorch.Subtract(Handle, other.Handle, -factor, &result) != 0)
        {
            throw new TorchException($"aten::add(self: {this}, other: {other}): libtorch refuses the call{NativeErrors.Text()}");
        }

        GC.KeepAlive(this);
        GC.KeepAlive(other);
        return Own(result);
    }

    private Tensor Plus(Scalar other, Scalar? alpha)
    {
        using Tensor number = Number(other);
        return Plus(number, alpha);
    }

    // A sum over a dimension of its own adds integers exactly, whatever their size.
    private Tensor PlusIntegers(Tensor other)
    {
        using TensorScope scope = new();
        DType type = Rank > 0 == other.Rank > 0 ? Wider(DType, other.DType) : Rank > 0 ? DType : other.DType;
        Tensor[] both = BroadcastTensors(To(type), other.To(type));
        return scope.Keep(Stack(both).Sum([0], dtype: type));
    }

    private static Tensor[] BroadcastTensors(Tensor left, Tensor right)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        long[] shape = new long[rank];
        for (int i = 1; i <= rank; i++)
        {
            long a = i <= left.Rank ? left.Size(-i) : 1, b = i <= right.Rank ? right.Size(-i) : 1;
            shape[rank - i] = a == 1 ? b : a;
        }

        return [left.Expand(shape), right.Expand(shape)];
    }

    private static DType Wider(DType left, DType right) => Width(left) >= Width(right) ? left : right;

    private static int Width(DType type) => type switch
    {
        DType.Bool => 0,
        DType.UInt8 => 1,
        DType.Int8 => 2,
        DType.Int16 => 3,
        DType.Int32 => 4,
        _ => 5,
    };

    private static bool IsFloating(DType type) => type is DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64;

    private unsafe Tensor Norm(long[] dims, bool keepdim)
    {
        fixed (long* first = dims)
        {
            Value* arguments = stackalloc Value[5];
            arguments[0] = Value.Of(this);
            arguments[1] = Value.None; // the Euclidean norm
            arguments[2] = dims.Length == 0 ? Value.None : Value.List(ValueTag.IntList, first, dims.Length).Optional();
            arguments[3] = Value.Of(keepdim);
            arguments[4] = Value.None;
            Tensor result = s_norm.InvokeTensor(arguments, 5);
            GC.KeepAlive(this);
            return result;
        }
    }

    // A number as a tensor without dimensions that does not change this tensor's type.
    private Tensor Number(Scalar value) => Own(Constants.New(Value.Of(value), Handle));

    private Tensor WriteOver(string name, object?[] arguments, Func<Tensor> compute)
    {
        Tape.InPlace(name, arguments, this, () => CopyInPlace(compute()));
        return this;
    }

    // As an element type and on a device; the values themselves are not needed longer.
    private static Tensor Placed(Tensor values, DType dtype, Device? device)
    {
        using (values)
        {
            return values.To(device ?? Device.Cpu, dtype);
        }
    }

    private Tensor Fill(RandomFill fill)
    {
        using Tensor drawn = Drawn(Shape, DType.Float64, null, fill);
        return CopyInPlace(drawn);
    }

    private static Tensor Drawn(ReadOnlySpan<long> size, DType? dtype, Device? device, RandomFill fill)
    {
        Tensor drawn = Empty(size, DType.Float64);
        fill(drawn.AsSpan<double>());
        return Placed(drawn, dtype ?? DType.Float32, device);
    }

    private delegate void RandomFill(Span<double> numbers);
}
