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
            throw new InputException($"{Source}: '{key}' {problem}");
        }
    }
}
