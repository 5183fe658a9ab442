namespace Panoptes.Torch;

/// <content>C#'s operators on tensors, and the conveniences that read better than the generated names.</content>
public sealed partial class Tensor
{
#pragma warning disable CA2225 // Add, Sub, Mul, Div and Neg are the named alternates, under libtorch's names.
    /// <summary>Sum, element by element.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => left.Add(right);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(Tensor left, double right) => left.Add((Scalar)right);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(double left, Tensor right) => right.Add((Scalar)left);

    /// <summary>Difference, element by element.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => left.Sub(right);

    /// <summary>Difference with a number.</summary>
    public static Tensor operator -(Tensor left, double right) => left.Sub((Scalar)right);

    /// <summary>A number minus every element.</summary>
    public static Tensor operator -(double left, Tensor right) => right.Rsub((Scalar)left);

    /// <summary>Every element with the other sign.</summary>
    public static Tensor operator -(Tensor value) => value.Neg();

    /// <summary>Product, element by element.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => left.Mul(right);

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(Tensor left, double right) => left.Mul((Scalar)right);

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(double left, Tensor right) => right.Mul((Scalar)left);

    /// <summary>Quotient, element by element.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => left.Div(right);

    /// <summary>Quotient with a number.</summary>
    public static Tensor operator /(Tensor left, double right) => left.Div((Scalar)right);

    /// <summary>A number divided by every element.</summary>
    public static Tensor operator /(double left, Tensor right) => right.Reciprocal().Mul((Scalar)left);
#pragma warning restore CA2225

    /// <summary>The size of one dimension; negative numbers count from the last.</summary>
    public long Size(int dim) => Shape[dim < 0 ? dim + Rank : dim];

    /// <summary>The tensor on another device; itself when it is there already.</summary>
    public Tensor To(Device device) => Device == device ? Alias() : To(device, DType);

    /// <summary>The tensor with another element type.</summary>
    public Tensor To(DType dtype) => To(dtype, nonBlocking: false);

    /// <summary>Elements in the order of a memory format.</summary>
    public Tensor To(MemoryFormat format) => Contiguous(format);

    /// <summary>Numbers from 0 to <paramref name="end"/> − 1.</summary>
    public static Tensor Range(long end, DType dtype = DType.Int64, Device? device = null) => Arange(end, dtype, device);
}
