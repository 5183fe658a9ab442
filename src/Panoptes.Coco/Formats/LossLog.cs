namespace Panoptes.Coco.Formats;

/// <summary>Collects losses from several threads; which examples are kept does not depend on the threads.</summary>
/// <param name="strict">Whether a loss of what the input holds is an error.</param>
internal sealed class LossLog(bool strict = false)
{
    private const int ExamplesKept = 3;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<LossKind, (long Count, SortedSet<string> Examples)> _losses = [];

    /// <summary>Adds a loss; none where the count is 0.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="example">The image, object or key.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="InputException">It is an error.</exception>
    public void Add(LossKind kind, string example, long count = 1)
    {
        if (count == 0)
        {
            return;
        }

        if (strict && new ConversionLoss(kind, count, [example]) is { IsUnread: true } unread)
        {
            throw InputException.InContent(null, $"{unread} (ConversionOptions.Strict).");
        }

        lock (_lock)
        {
            (long before, SortedSet<string> examples) = _losses.TryGetValue(kind, out (long Count, SortedSet<string> Examples) loss)
                ? loss
                : (0, new(StringComparer.Ordinal));
            examples.Add(example);
            if (examples.Count > ExamplesKept)
            {
                examples.Remove(examples.Max!);
            }

            _losses[kind] = (before + count, examples);
        }
    }

    /// <summary>Everything so far, by kind.</summary>
    public IReadOnlyList<ConversionLoss> ToList()
    {
        lock (_lock)
        {
            return [.. _losses.Select(loss => new ConversionLoss(loss.Key, loss.Value.Count, [.. loss.Value.Examples]))];
        }
    }
}
