namespace Panoptes.Torch.Tracing;

/// <summary>One recorded operator whose result depends on the computation's inputs.</summary>
public sealed class TapeStep
{
    private readonly object?[] _arguments;

    internal TapeStep(string name, object?[] arguments) => (Operator, _arguments) = (name, arguments);

    /// <summary>The operator's name and overload as libtorch has them (<c>aten::add.Tensor</c>), or the name of a composite.</summary>
    public string Operator { get; }

    /// <summary>How many arguments there are.</summary>
    public int Count => _arguments.Length;

    /// <summary>Its results.</summary>
    public IReadOnlyList<TapeValue> Results { get; internal set; } = [];

    /// <summary>All values among the arguments, those in lists included.</summary>
    public IEnumerable<TapeValue> Inputs => _arguments.SelectMany(argument => argument switch
    {
        TapeValue value => [value],
        TapeValue[] list => list,
        _ => Enumerable.Empty<TapeValue>(),
    });

    /// <summary>A tensor.</summary>
    /// <exception cref="NotSupportedException">The argument is something else.</exception>
    public TapeValue Value(int index) => _arguments[index] as TapeValue ?? throw Unexpected(index, "a tensor");

    /// <summary>A tensor, or null where none was given.</summary>
    public TapeValue? OptionalValue(int index) => IsGiven(index) ? Value(index) : null;

    /// <summary>A list of tensors.</summary>
    /// <exception cref="NotSupportedException">The argument is something else.</exception>
    public IReadOnlyList<TapeValue> Values(int index) => _arguments[index] as TapeValue[] ?? throw Unexpected(index, "a list of tensors");

    /// <summary>An integer; <paramref name="otherwise"/> where the operator's own default was taken.</summary>
    /// <exception cref="NotSupportedException">The argument is something else.</exception>
    public long Integer(int index, long otherwise = 0) =>
        !IsGiven(index) ? otherwise : _arguments[index] is long value ? value : throw Unexpected(index, "an integer");

    /// <summary>A number.</summary>
    /// <exception cref="NotSupportedException">The argument is something else.</exception>
    public double Number(int index) => _arguments[index] switch
    {
        double value => value,
        long value => value,
        _ => throw Unexpected(index, "a number"),
    };

    /// <summary>A boolean; false where the operator's own default was taken.</summary>
    /// <exception cref="NotSupportedException">The argument is something else.</exception>
    public bool Flag(int index) => IsGiven(index) && (_arguments[index] is bool value ? value : throw Unexpected(index, "true or false"));

    /// <summary>A list of integers; <paramref name="otherwise"/> where the operator's own default was taken.</summary>
    /// <exception cref="NotSupportedException">The argument is something else.</exception>
    public IReadOnlyList<long> Integers(int index, params long[] otherwise) =>
        !IsGiven(index) ? otherwise : _arguments[index] as long[] ?? throw Unexpected(index, "a list of integers");

    /// <summary>A list of numbers; empty where none was given.</summary>
    /// <exception cref="NotSupportedException">The argument is something else.</exception>
    public IReadOnlyList<double> Numbers(int index) =>
        !IsGiven(index) ? [] : _arguments[index] as double[] ?? throw Unexpected(index, "a list of numbers");

    /// <summary>Whether an argument was given: neither none nor the operator's own default.</summary>
    public bool IsGiven(int index) => _arguments[index] is not null;

    private NotSupportedException Unexpected(int index, string wanted) =>
        new($"argument {index} of {Operator} is {_arguments[index]?.GetType().Name ?? "none"}; {wanted} was expected");
}
