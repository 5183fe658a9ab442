namespace Panoptes.Coco.Codecs;

/// <summary>Reads texts and tensors of a codec's file, with messages that name file and key.</summary>
/// <param name="path">The file.</param>
/// <param name="layout">Its texts, and where its tensors lie.</param>
internal sealed class CodecFileReader(string path, SafetensorsLayout layout)
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>A text as a value.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="parse">Makes the value.</param>
    /// <exception cref="InputException">The text is missing, or is no such value.</exception>
    public T Text<T>(string key, Func<string, T> parse)
    {
        string text = layout.Metadata.GetValueOrDefault(key) ?? throw new InputException(
            InputErrorKind.Invalid, path, null,
            $"is missing the text '{key}'");
        try
        {
            return parse(text);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new InputException(InputErrorKind.Invalid, path, null, $"{key} is '{text}', which it cannot be", e);
        }
    }

    /// <summary>A tensor of any size.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">How many dimensions it has to have.</param>
    /// <exception cref="InputException">There is no such tensor of floats.</exception>
    public (float[] Values, long[] Shape) Tensor(string name, int dimensions) => SafetensorsFloats.Read(path, layout, name, dimensions);

    /// <summary>The values of a tensor of a known shape.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="expected">The shape.</param>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public float[] Values(string name, params long[] expected)
    {
        (float[] values, long[] actual) = Tensor(name, expected.Length);
        return actual.SequenceEqual(expected) ? values : throw new InputException(
            InputErrorKind.Invalid, path, null,
            $"tensor '{name}' is [{string.Join(", ", actual)}]; with the others it must be [{string.Join(", ", expected)}]");
    }
}
