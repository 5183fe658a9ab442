using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.MEInst;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Inference;

/// <summary>
/// Everything that using a model takes in addition to its weights. It travels as JSON inside the model file (safetensors metadata,
/// key <see cref="MetadataKey"/>), so that nothing is ever looked up by a file name.
/// </summary>
public sealed record ModelCard
{
    /// <summary>The key of the card in the metadata of a model file.</summary>
    public const string MetadataKey = "panoptes.card";

    /// <summary>The version of this library, as it is written into new cards.</summary>
    public static string LibraryVersion { get; } =
        typeof(ModelCard).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The way from a box to a mask.</summary>
    public Method Method => MethodOptions.Method;

    /// <summary>How the method turns the network's outputs into what is in the image.</summary>
    public required MethodOptions MethodOptions { get; init; }

    /// <summary>The classes of things in the order of the network's class logits; at least one.</summary>
    public required IReadOnlyList<ModelClass> Classes { get; init; }

    /// <summary>The classes of stuff in the order of the network's outputs for them; empty for a model of instances
    /// alone.</summary>
    public IReadOnlyList<ModelClass> StuffClasses { get; init; } = [];

    /// <summary>How an image becomes the network's input.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>How FCOS's outputs become boxes.</summary>
    public DetectionOptions Detection { get; init; } = new();

    /// <summary>How instances and a semantic head's logits become a panoptic segmentation; null without such a head.</summary>
    public PanopticMergeOptions? PanopticMerge { get; init; }

    /// <summary>Whether the model labels every pixel, things and stuff, and not only objects.</summary>
    [JsonIgnore]
    public bool IsPanoptic => MethodOptions.IsPanoptic || PanopticMerge is not null;

    /// <summary>The configuration that builds the network, as the training library wrote it (JSON); opaque here.</summary>
    public string Network { get; init; } = "";

    /// <summary>The licence of the data that the model was trained on, in the words of the data's owner; empty when not stated.</summary>
    public string DataLicence { get; init; } = "";

    /// <summary>A line for people: what the model is and where it came from.</summary>
    public string Description { get; init; } = "";

    /// <summary>The version of Panoptes that wrote the card.</summary>
    public string PanoptesVersion { get; init; } = LibraryVersion;

    /// <summary>Reads the card of a model file, trained (safetensors) or exported (ONNX); the weights are not touched.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is of another kind, which the message names, holds no card, or holds a wrong
    /// one.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModelCard Load(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Load(stream, path);
    }

    /// <summary>Reads the card of a model file from a stream that can seek; see <see cref="Load(string)"/>.</summary>
    /// <param name="stream">The stream, at the file's beginning; it stays open.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InputException">The data is of another kind, holds no card, or holds a wrong one.</exception>
    public static ModelCard Load(Stream stream, string source = "model")
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ModelHeader.Read(stream, source).Metadata.TryGetValue(MetadataKey, out string? json)
            ? Parse(json, $"{source}: model card")
            : throw new InputException(
                InputErrorKind.Damaged, source, null,
                $"the metadata has no key '{MetadataKey}', so this is not a model that Panoptes wrote");
    }

    /// <summary>Reads and checks a card.</summary>
    /// <param name="json">The card as <see cref="ToJson"/> writes it.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <exception cref="InputException">The text is not JSON, a key is unknown or missing, or a value is not allowed.</exception>
    public static ModelCard Parse(string json, string source = "model card")
    {
        ArgumentNullException.ThrowIfNull(json);
        ModelCard card;
        try
        {
            card = ModelCardJson.Read(json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException is System.Text.Json's answer to a text that is not Unicode.
            throw new InputException(
                InputErrorKind.Damaged, source, null, $"{error.Message} (this is Panoptes {LibraryVersion})", error);
        }

        card.Validate(source);
        return card;
    }

    /// <summary>Lists the names of the network's outputs that decoding needs; a network may have more.</summary>
    public IReadOnlyList<string> ListOutputs()
    {
        int levels = Detection.Strides.Count;
        return
        [
            .. OutputNames.PerLevel(levels, OutputNames.ClassLogits, OutputNames.Box, OutputNames.Centerness),
            .. MethodOptions.ListOutputs(levels),
            .. PanopticMerge is null ? Array.Empty<string>() : [OutputNames.SemanticLogits],
        ];
    }

    /// <summary>The card as JSON with snake_case keys.</summary>
    public string ToJson() => ModelCardJson.Write(this);

    /// <summary>Checks every value.</summary>
    /// <param name="source">Where the card came from, for messages.</param>
    /// <exception cref="InputException">A value is not allowed; the message names its key.</exception>
    public void Validate(string source = "model card")
    {
        CardCheck check = new(source);
        check.Require(Classes is { Count: > 0 } && !Classes.Contains(null!), "classes", "must name at least one class");

        foreach (ModelClass @class in Classes!)
        {
            bool isName = @class.Name is not null && !@class.Name.Any(char.IsControl);
            check.Require(isName, "classes", $"has a name with a control character (category_id {@class.CategoryId})");
        }

        check.Require(
            Classes.Select(c => c.CategoryId).Distinct().Count() == Classes.Count, "classes", "has a category_id that occurs twice");
        check.Require(StuffClasses is not null && !StuffClasses.Contains(null!), "stuff_classes", "must not hold null");
        HashSet<long> ids = [.. Classes.Select(c => c.CategoryId)];
        foreach (ModelClass stuff in StuffClasses!)
        {
            check.Require(
                !stuff.IsThing, "stuff_classes", $"has the class '{stuff.Name}' with is_thing true; what is listed here is stuff");
            check.Require(
                ids.Add(stuff.CategoryId),
                "stuff_classes",
                $"has the class '{stuff.Name}', whose category_id {stuff.CategoryId} another class has too");
        }

        check.Require(Preprocessing is not null, "preprocessing", "must not be null");
        PreprocessingOptions input = Preprocessing!;
        check.RequireRange(input.ShortSide, 1, PreprocessingOptions.MaxSide, "preprocessing.short_side");
        check.RequireRange(input.LongSide, 1, PreprocessingOptions.MaxSide, "preprocessing.long_side");
        long pixels = (long)Math.Min(input.ShortSide, input.LongSide) * input.LongSide;
        check.Require(
            pixels <= PreprocessingOptions.MaxPixels,
            "preprocessing",
            $"resizes images to as many as {pixels} pixels; they may be {PreprocessingOptions.MaxPixels}");
        check.RequireRange(input.SizeDivisor, 1, PreprocessingOptions.MaxSizeDivisor, "preprocessing.size_divisor");
        check.Require(input.PixelScale > 0 && float.IsFinite(input.PixelScale), "preprocessing.pixel_scale", "must be above 0");
        check.Require(input.Mean is { Count: 3 } && input.Mean.All(float.IsFinite), "preprocessing.mean", "must hold 3 finite numbers");
        check.Require(
            input.Std is { Count: 3 } && input.Std.All(v => v > 0 && float.IsFinite(v)),
            "preprocessing.std",
            "must hold 3 numbers above 0");

        check.Require(Detection is not null, "detection", "must not be null");
        DetectionOptions detection = Detection!;
        check.Require(
            detection.Strides is { Count: > 0 and <= DetectionOptions.MaxLevels }
                && detection.Strides.All(s => s is >= 1 and <= DetectionOptions.MaxStride)
                && detection.Strides.Zip(detection.Strides.Skip(1)).All(pair => pair.First < pair.Second),
            "detection.strides",
            $"must hold 1 to {DetectionOptions.MaxLevels} numbers from 1 to {DetectionOptions.MaxStride} that increase");
        check.Require(
            detection.ScoreThreshold is >= 0 and <= 1,
            "detection.score_threshold",
            $"is {detection.ScoreThreshold}; it must lie in 0..1");
        check.Require(detection.NmsIou is >= 0 and <= 1, "detection.nms_iou", $"is {detection.NmsIou}; it must lie in 0..1");
        check.RequireRange(detection.TopKPerLevel, 1, DetectionOptions.MaxTopK, "detection.top_k_per_level");
        check.RequireRange(detection.MaxDetections, 1, DetectionOptions.MostDetections, "detection.max_detections");

        check.Require(MethodOptions is not null, "method", "has no options");
        MethodOptions!.Validate(this, check);

        if (PanopticMerge is { } merge)
        {
            check.Require(
                merge.InstanceThreshold is >= 0 and <= 1,
                "panoptic_merge.instance_threshold",
                $"is {merge.InstanceThreshold}; it must lie in 0..1");
            check.Require(
                merge.OverlapThreshold is >= 0 and <= 1,
                "panoptic_merge.overlap_threshold",
                $"is {merge.OverlapThreshold}; it must lie in 0..1");
            check.Require(merge.MinStuffArea >= 0, "panoptic_merge.min_stuff_area", $"is {merge.MinStuffArea}; it must be at least 0");
        }
    }
}
