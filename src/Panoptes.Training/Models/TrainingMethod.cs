using Microsoft.Extensions.Logging;
using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Configuration.Binding;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Models;

/// <summary>
/// What training needs to know of a method: its network, its targets, the checks of its configuration, and what a report says of it.
/// Each method has a class of its own, without state.
/// </summary>
public abstract class TrainingMethod
{
    // Closed: the methods are those that Of lists.
    private protected TrainingMethod()
    {
    }

    /// <summary>Lists all methods.</summary>
    public static IReadOnlyList<TrainingMethod> All => [.. Enum.GetValues<Method>().Select(Of)];

    /// <summary>The method.</summary>
    public abstract Method Method { get; }

    /// <summary>The method's name in configurations (<c>model.method</c>).</summary>
    public string Name => EnumNames.NameOf(Method);

    /// <summary>The method's name as its paper writes it.</summary>
    public abstract string Title { get; }

    /// <summary>The shipped configuration of the demo: minutes on two cores, on scenes that the demo draws.</summary>
    public string DemoConfiguration => $"demo/{Name}";

    /// <summary>
    /// The shipped configuration of the demo on photographs: minutes on two cores, from ImageNet weights; null where the method needs every
    /// pixel labeled.
    /// </summary>
    public string? PhotographConfiguration => IsPanoptic ? null : $"demo/{Name}_photographs";

    /// <summary>The shipped configuration to begin with on data of one's own: small enough for a processor without a GPU.</summary>
    public string SmallConfiguration => $"models/{Name}_slim";

    /// <summary>Whether the method labels every pixel, things and stuff, without a semantic head.</summary>
    public virtual bool IsPanoptic => false;

    /// <summary>
    /// The output that a report shows as colors, and whether its embeddings are compared only by their direction; null where a network has
    /// no embedding of pixels.
    /// </summary>
    internal virtual (string Output, bool Directions)? PixelEmbedding => null;

    /// <summary>The one place in this library that lists the methods.</summary>
    /// <param name="method">The method.</param>
    /// <exception cref="InputException">The method cannot be trained.</exception>
    public static TrainingMethod Of(Method method) => method switch
    {
        Method.EmbedMask => new EmbedMaskMethod(),
        Method.MEInst => new MEInstMethod(),
        Method.Ciae => new CiaeMethod(),
        _ => throw InputException.ForSetting(
            null,
            $"model.method {method} cannot be trained; allowed: {string.Join(", ", EnumNames.Of(typeof(Method)))}",
            InputErrorKind.Unsupported),
    };

    /// <summary>Checks what no single key of the method's configuration shows: keys that must fit each other.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <returns>What would make a run impossible; empty when the configuration is sound.</returns>
    internal abstract IEnumerable<ConfigProblem> Check(ModelConfig model);

    /// <summary>Asks the loader for the targets that the losses need.</summary>
    /// <param name="options">The loader's options, without targets but those of a semantic head.</param>
    /// <param name="model">The configuration of the model.</param>
    /// <exception cref="InputException">The loader cannot make the targets.</exception>
    internal abstract LoaderOptions RequestTargets(LoaderOptions options, ModelConfig model);

    /// <summary>
    /// Makes what the network needs in addition to its configuration, such as a codec that is fitted to the training data.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="resumed">The run that goes on; null for one that begins.</param>
    /// <param name="logger">Told what was made.</param>
    /// <returns>The options that hold it; null where a method needs nothing (the default).</returns>
    /// <exception cref="InputException">A file or the data does not serve.</exception>
    internal virtual MethodOptions? Prepare(PanoptesConfig config, RunFolder? resumed, ILogger logger) => null;

    /// <summary>Makes the options that a model file of this configuration carries.</summary>
    /// <param name="model">The configuration of the model.</param>
    /// <param name="prepared">What <see cref="Prepare"/> made.</param>
    internal abstract MethodOptions CreateOptions(ModelConfig model, MethodOptions? prepared);

    /// <summary>Changes the detection of a model file's card to what the method's authors do (by default nothing).</summary>
    /// <param name="detection">The detection that the configuration describes.</param>
    internal virtual DetectionOptions AdaptDetection(DetectionOptions detection) => detection;

    /// <summary>Builds a network with random weights, in float32 on the CPU.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="classes">Number of classes; of things where the data has stuff too.</param>
    /// <param name="options">The options of the model file, or what <see cref="Prepare"/> made.</param>
    /// <param name="stuffClasses">Number of classes of stuff; 0 for instance data.</param>
    /// <exception cref="InputException">The options are not those that the configuration describes.</exception>
    internal abstract TrainableModel CreateNetwork(PanoptesConfig config, int classes, MethodOptions? options, int stuffClasses);

    /// <summary>Explains the method, as HTML for a report: blocks of <c>div</c> with a heading each.</summary>
    /// <param name="model">The configuration of the model.</param>
    internal abstract string Explain(ModelConfig model);
}
