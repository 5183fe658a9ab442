using Panoptes.Torch;

namespace Panoptes.Testing.Torch;

/// <summary>Tensors to and from <see cref="PythonOracle"/>.</summary>
public static class OracleTensors
{
    /// <summary>A copy of a tensor for the oracle.</summary>
    public static OracleArray ToOracle(this Tensor tensor) => tensor.DType switch
    {
        DType.Float32 => Copy<float>(tensor),
        DType.Float64 => Copy<double>(tensor),
        DType.Int64 => Copy<long>(tensor),
        DType.Int32 => Copy<int>(tensor),
        DType.UInt8 => Copy<byte>(tensor),
        DType.Bool => Copy<bool>(tensor),
        var other => throw new NotSupportedException($"no array of {other}"),
    };

    /// <summary>A copy of the oracle's array as a tensor.</summary>
    public static Tensor ToTensor(this OracleArray array) => array.DType switch
    {
        "float32" => Tensor.From<float>(array.ToArray<float>(), array.Shape),
        "float64" => Tensor.From<double>(array.ToArray<double>(), array.Shape),
        "int64" => Tensor.From<long>(array.ToArray<long>(), array.Shape),
        "int32" => Tensor.From<int>(array.ToArray<int>(), array.Shape),
        "uint8" => Tensor.From<byte>(array.ToArray<byte>(), array.Shape),
        "bool" => Tensor.From<bool>(array.ToArray<bool>(), array.Shape),
        var other => throw new NotSupportedException($"no tensor of {other}"),
    };

    /// <summary>Asserts that a tensor has the oracle's shape, and its values but for a part of their largest magnitude.</summary>
    /// <param name="expected">The oracle's array.</param>
    /// <param name="actual">The tensor.</param>
    /// <param name="tolerance">Largest difference allowed, divided by the largest magnitude expected (or by 1 where all are 0).</param>
    /// <param name="rounding">Difference allowed besides.</param>
    public static void AssertClose(this OracleArray expected, Tensor actual, double tolerance, double rounding = 0)
    {
        Assert.Equal(expected.Shape, actual.Shape.ToArray());
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor wanted = expected.ToTensor().To(DType.Float64);
        Tensor found = actual.To(Device.Cpu, DType.Float64);
        if (wanted.Count == 0)
        {
            return;
        }

        double magnitude = wanted.Abs().Max().ToDouble();
        double difference = (wanted - found).Abs().Max().ToDouble();

        // Written so that a NaN fails.
        Assert.True(
            difference <= (tolerance * (magnitude == 0 ? 1 : magnitude)) + rounding,
            $"differs by {difference} from values up to {magnitude}; allowed is {tolerance} of that and {rounding}");
    }

    private static OracleArray Copy<T>(Tensor tensor)
        where T : unmanaged => OracleArray.From<T>(tensor.ToArray<T>(), tensor.Shape);
}
