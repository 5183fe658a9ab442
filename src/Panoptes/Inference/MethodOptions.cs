using System.Text.Json.Serialization;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.MEInst;

namespace Panoptes.Inference;

/// <summary>
/// How a method turns a network's outputs into what is in the image: its thresholds and sizes, the outputs that it reads, and its decoder.
/// Each method has options of its own.
/// </summary>
[JsonConverter(typeof(MethodOptionsJson))]
public abstract record MethodOptions
{
    // Closed: the methods are those that InCard lists.
    private protected MethodOptions()
    {
    }

    /// <summary>Describes how masks come about, in a line for people.</summary>
    public abstract string Describe();

    /// <summary>The method that the options belong to.</summary>
    internal abstract Method Method { get; }

    /// <summary>Whether the method labels every pixel, things and stuff, without a semantic head.</summary>
    internal virtual bool IsPanoptic => false;

    /// <summary>The one place in this library that lists the methods: where a model card keeps the options of each.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The key of the options in the card's JSON, and the options where it is silent.</returns>
    /// <exception cref="NotSupportedException">This version does not know the method.</exception>
    internal static (string Key, MethodOptions Defaults) InCard(Method method) => method switch
    {
        Method.EmbedMask => ("embed_mask", new EmbedMaskOptions()),
        Method.MEInst => ("meinst", new MEInstOptions()),
        Method.Ciae => ("ciae", new CiaeOptions()),
        _ => throw new NotSupportedException($"The method {method} is not known to Panoptes {ModelCard.LibraryVersion}."),
    };

    /// <summary>Lists the outputs that the decoder reads in addition to the detector's and the semantic head's.</summary>
    /// <param name="levels">The number of the detector's levels.</param>
    internal abstract IEnumerable<string> ListOutputs(int levels);

    /// <summary>Checks every value.</summary>
    /// <param name="card">The card that the options are part of.</param>
    /// <param name="check">Refuses what is not allowed.</param>
    /// <exception cref="InputException">A value is not allowed; the message names its key.</exception>
    internal abstract void Validate(ModelCard card, CardCheck check);

    /// <summary>Creates what decodes a network's outputs.</summary>
    /// <param name="card">The card that the options are part of.</param>
    /// <param name="minScore">Instances with a lower score are skipped before their masks are decoded; 0..1.</param>
    internal abstract IImageDecoder CreateDecoder(ModelCard card, double minScore);
}
