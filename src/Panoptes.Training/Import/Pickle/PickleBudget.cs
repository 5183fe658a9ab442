namespace Panoptes.Training.Import.Pickle;

/// <summary>
/// Limits the memory of the copies that a pickle's calls make. Two bytes of a pickle name an object again, and each call that takes it
/// makes another copy: without a limit, a few kilobytes fill any memory.
/// </summary>
/// <param name="length">The bytes of the file.</param>
internal sealed class PickleBudget(long length)
{
    // Pickles of weights give each text and each list to one call. A text's bytes are then no more than the file has, and a pair of a list,
    // which takes at least five bytes of the file, becomes an entry of 16.
    private const long Multiple = 4;
    private const long Constant = 1 << 20;

    private readonly long _most = Constant + (Multiple * length);
    private long _taken;

    /// <summary>Takes the memory of a copy, before it is made.</summary>
    /// <param name="bytes">How much it is.</param>
    /// <exception cref="InputException">The budget is used up.</exception>
    public void Take(long bytes)
    {
        _taken += bytes;
        if (_taken > _most)
        {
            throw InputException.InContent(
                null,
                $"refused: the calls in it make copies of more than {_most} bytes, which weights do not need. Save the tensors alone: "
                + "torch.save(model.state_dict(), FILE).",
                InputErrorKind.Unsupported);
        }
    }
}
