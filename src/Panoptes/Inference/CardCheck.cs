namespace Panoptes.Inference;

/// <summary>Refuses values of a model card, with messages that name the card and the key.</summary>
/// <param name="Source">Where the card came from.</param>
internal readonly record struct CardCheck(string Source)
{
    /// <summary>Refuses a value unless it is allowed.</summary>
    /// <param name="allowed">Whether it is.</param>
    /// <param name="key">Its key in the card's JSON.</param>
    /// <param name="problem">What is wrong with it, as the end of a sentence that begins with the key.</param>
    /// <exception cref="InputException">The value is not allowed.</exception>
    public void Require(bool allowed, string key, string problem)
    {
        if (!allowed)
        {
            throw new InputException(InputErrorKind.Invalid, Source, null, $"'{key}' {problem}").OfFile(Source, key);
        }
    }

    /// <summary>Refuses a number that lies outside of a range.</summary>
    /// <param name="value">The number.</param>
    /// <param name="least">The smallest that is allowed.</param>
    /// <param name="most">The largest that is allowed.</param>
    /// <param name="key">Its key in the card's JSON.</param>
    /// <exception cref="InputException">It does.</exception>
    public void RequireRange(int value, int least, int most, string key)
    {
        if (value < least || value > most)
        {
            Require(allowed: false, key, $"is {value}; it must lie in {least}..{most}");
        }
    }
}
