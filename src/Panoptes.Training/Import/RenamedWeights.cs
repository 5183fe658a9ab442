using Panoptes.Torch;

namespace Panoptes.Training.Import;

/// <summary>The tensors of a file under the names of a network here (<see cref="TensorNames"/>).</summary>
internal sealed class RenamedWeights : WeightFile
{
    private readonly WeightFile _file;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _sources;

    /// <param name="file">The file, owned from here on.</param>
    /// <exception cref="InputException">Two of its tensors would have one name.</exception>
    public RenamedWeights(WeightFile file)
    {
        _file = file;
        try
        {
            _sources = TensorNames.Map([.. file.Shapes.Keys]);
        }
        catch (InvalidDataException error)
        {
            throw new InputException(InputErrorKind.Invalid, file.Path, null, $"{error.Message}.", error);
        }

        Shapes = _sources.ToDictionary(source => source.Key, source => Joined(source.Value));
    }

    /// <inheritdoc />
    public override string Path => _file.Path;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; }

    /// <summary>
    /// Whether normalizations have statistics. In weights of before 2019 they are an affine map, which mean 0 and variance 1 leave as it
    /// is.
    /// </summary>
    public bool HasStatistics => Shapes.Keys.Any(name => name.EndsWith(".running_var", StringComparison.Ordinal));

    /// <summary>The names in the file of what has a name here, in the order in which they are joined.</summary>
    public IReadOnlyList<string> Sources(string name) => _sources[name];

    /// <inheritdoc />
    public override Tensor Load(string name)
    {
        IReadOnlyList<string> sources = _sources[name];
        return sources.Count == 1 ? _file.Load(sources[0]) : Tensor.Cat([.. sources.Select(_file.Load)], 0);
    }

    /// <inheritdoc />
    public override void Dispose() => _file.Dispose();

    private IReadOnlyList<long> Joined(IReadOnlyList<string> sources)
    {
        IReadOnlyList<long>[] shapes = [.. sources.Select(source => _file.Shapes[source])];
        return shapes.Length == 1 || shapes.Any(shape => shape.Count == 0 || !shape.Skip(1).SequenceEqual(shapes[0].Skip(1)))
            ? shapes[0]
            : [shapes.Sum(shape => shape[0]), .. shapes[0].Skip(1)];
    }
}
