namespace Panoptes.Coco.Formats;

/// <summary>Where something stands in a file of a foreign format.</summary>
/// <param name="File">The file.</param>
/// <param name="Element">The element in it, such as <c>shapes[3]</c>.</param>
internal readonly record struct FormatPlace(string File, string Element)
{
    /// <summary>The place as text: <c>FILE: ELEMENT</c>.</summary>
    public static implicit operator string(FormatPlace place) => place.ToString();

    /// <summary>A place within this one.</summary>
    public FormatPlace In(string part) => this with { Element = $"{Element}{part}" };

    /// <summary>The exception for what is wrong here.</summary>
    /// <param name="problem">What is wrong, and what is allowed.</param>
    /// <param name="inner">The lower-level error; of another <see cref="InputException"/>, its kind is taken.</param>
    public InputException Invalid(string problem, Exception? inner = null) =>
        new((inner as InputException)?.Kind ?? InputErrorKind.Invalid, File, Element, problem, inner);

    /// <inheritdoc />
    public override string ToString() => $"{File}: {Element}";
}
