namespace Panoptes.Training.Import.Pickle;

/// <summary>The name of a class or function in a pickle: a text, by which nothing is looked up or called.</summary>
/// <param name="Module">The module, such as <c>collections</c>.</param>
/// <param name="Name">The name in it, such as <c>OrderedDict</c>.</param>
internal sealed record PickleGlobal(string Module, string Name)
{
    /// <inheritdoc />
    public override string ToString() => $"{Module}.{Name}";
}
