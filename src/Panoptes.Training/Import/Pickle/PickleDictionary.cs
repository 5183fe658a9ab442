namespace Panoptes.Training.Import.Pickle;

/// <summary>A dictionary of a pickle, in the order in which it was written; of a key that is written twice the last value counts.</summary>
internal sealed class PickleDictionary
{
    private readonly List<KeyValuePair<object?, object?>> _entries = [];

    /// <summary>Keys and values.</summary>
    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => _entries;

    /// <summary>Adds an entry.</summary>
    public void Add(object? key, object? value) => _entries.Add(new(key, value));

    /// <summary>The value of a text as key; null if there is none.</summary>
    public object? Find(string key) => _entries.LastOrDefault(entry => entry.Key is string text && text == key).Value;
}
