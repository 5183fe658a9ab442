using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.MEInst;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Inference;

/// <summary>
/// Everything that the use of a model needs besides its weights. It travels as JSON inside the model file (safetensors metadata,
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
    public required Method Method { get; init; }

    /// <summary>The classes of things in the order of the network's class logits; at least one.</summary>
    public required IReadOnlyList<ModelClass> Classes { get; init; }

    /// <summary>The classes of stuff in the order of CIAE's memory, or of a semantic head's logits; empty for a model of instances
    /// alone.</summary>
    public IReadOnlyList<ModelClass> StuffClasses { get; init; } = [];

    /// <summary>How an image becomes the network's input.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>How FCOS's outputs become boxes.</summary>
    public DetectionOptions Detection { get; init; } = new();

    /// <summary>How EmbedMask's embeddings become masks; null for another method.</summary>
    public EmbedMaskOptions? EmbedMask { get; init; }

    /// <summary>How MEInst's coefficients become masks, with the codec that decodes them; null for another method.</summary>
    [JsonPropertyName("meinst")]
    public MEInstOptions? MEInst { get; init; }

    /// <summary>How CIAE's embedding becomes a panoptic segmentation; null for another method.</summary>
    public CiaeOptions? Ciae { get; init; }

    /// <summary>How instances and a semantic head's logits become a panoptic segmentation; null without such a head.</summary>
    public PanopticMergeOptions? PanopticMerge { get; init; }

    /// <summary>Whether the model labels every pixel, things and stuff, and not objects alone.</summary>
    [JsonIgnore]
    public bool IsPanoptic => Method == Method.Ciae || PanopticMerge is not null;

    /// <summary>The configuration that builds the network, as the training library wrote it (JSON); opaque here.</summary>
    public string Network { get; init; } = "";

    /// <summary>The licence of the data that the model was trained on, in the words of the data's owner; empty when not stated.</summary>
    public string DataLicence { get; init; } = "";

    /// <summary>A line for people: what the model is and where it came from.</summary>
    public string Description { get; init; } = "";

    /// <summary>The version of Panoptes that wrote the card.</summary>
    public string PanoptesVersion { get; init; } = LibraryVersion;

    /// <summary>Reads the card of a model file; the weights are not touched.</summary>
    /// <param name="path">A safetensors file that Panoptes wrote.</param>
    /// <exception cref="InputException">The file is not a safetensors file, holds no card, or holds a wrong one.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModelCard Load(string path)
    {
        SafetensorsHeader header = SafetensorsHeader.Read(path);
        return header.Metadata.TryGetValue(MetadataKey, out string? json)
            ? Parse(json, $"{path}: model card")
            : throw new InputException(
                $"{path}: the metadata has no key '{MetadataKey}', so this is not a model that Panoptes wrote");
    }

    /// <summary>Reads and checks a card.</summary>
    /// <param name="json">The card as <see cref="ToJson"/> writes it.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <exception cref="InputException">The text is not JSON, a key is unknown or missing, or a value is not allowed.</exception>
    public static ModelCard Parse(string json, string source = "model card")
    {
        ArgumentNullException.ThrowIfNull(json);
        ModelCard? card;
        try
        {
            card = JsonSerializer.Deserialize<ModelCard>(json, ModelCardJson.Options);
        }
        catch (JsonException error)
        {
            throw new InputException($"{source}: {error.Message} (this is Panoptes {LibraryVersion})", error);
        }

        if (card is null)
        {
            throw new InputException($"{source}: it is null");
        }

        card.Validate(source);
        return card;
    }

    /// <summary>The card as JSON with snake_case keys.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelCardJson.Options);

    /// <summary>Checks every value.</summary>
    /// <param name="source">Where the card came from, for messages.</param>
    /// <exception cref="InputException">A value is not allowed; the message names its key.</exception>
    public void Validate(string source = "model card")
    {
        Check(Classes is { Count: > 0 } && !Classes.Contains(null!), "classes", "must name at least one class");

        Check(StuffClasses is not null && !StuffClasses.Contains(null!), "stuff_classes", "must not hold null");
        foreach (ModelClass stuff in StuffClasses!)
        {
            Check(!stuff.IsThing, "stuff_classes", $"has the class '{stuff.Name}' with is_thing true; what is listed here is stuff");
            Check(
                Classes!.All(c => c.CategoryId != stuff.CategoryId) && StuffClasses.Count(c => c.CategoryId == stuff.CategoryId) == 1,
                "stuff_classes",
                $"has the class '{stuff.Name}', whose category_id {stuff.CategoryId} another class has too");
        }

        Check(Preprocessing is not null, "preprocessing", "must not be null");
        PreprocessingOptions input = Preprocessing!;
        Check(input.ShortSide >= 1, "preprocessing.short_side", $"is {input.ShortSide}; it must be at least 1");
        Check(input.LongSide >= 1, "preprocessing.long_side", $"is {input.LongSide}; it must be at least 1");
        Check(input.SizeDivisor >= 1, "preprocessing.size_divisor", $"is {input.SizeDivisor}; it must be at least 1");
        Check(input.PixelScale > 0 && float.IsFinite(input.PixelScale), "preprocessing.pixel_scale", "must be above 0");
        Check(input.Mean is { Count: 3 } && input.Mean.All(float.IsFinite), "preprocessing.mean", "must hold 3 finite numbers");
        Check(
            input.Std is { Count: 3 } && input.Std.All(v => v > 0 && float.IsFinite(v)),
            "preprocessing.std",
            "must hold 3 numbers above 0");

        Check(Detection is not null, "detection", "must not be null");
        DetectionOptions detection = Detection!;
        Check(
            detection.Strides is { Count: > 0 } && detection.Strides.All(s => s >= 1),
            "detection.strides",
            "must hold numbers of at least 1");
        Check(
            detection.ScoreThreshold is >= 0 and <= 1,
            "detection.score_threshold",
            $"is {detection.ScoreThreshold}; it must lie in 0..1");
        Check(detection.NmsIou is >= 0 and <= 1, "detection.nms_iou", $"is {detection.NmsIou}; it must lie in 0..1");
        Check(detection.TopKPerLevel >= 1, "detection.top_k_per_level", $"is {detection.TopKPerLevel}; it must be at least 1");
        Check(detection.MaxDetections >= 1, "detection.max_detections", $"is {detection.MaxDetections}; it must be at least 1");

        if (Method == Method.EmbedMask)
        {
            Check(EmbedMask is not null, "embed_mask", "is missing, and the method is embedmask");
        }

        if (EmbedMask is { } mask)
        {
            Check(mask.EmbeddingDim >= 1, "embed_mask.embedding_dim", $"is {mask.EmbeddingDim}; it must be at least 1");
            Check(
                mask.MarginDim == 1 || mask.MarginDim == mask.EmbeddingDim,
                "embed_mask.margin_dim",
                $"is {mask.MarginDim}; it must be 1 or embedding_dim ({mask.EmbeddingDim})");
            Check(mask.MaskThreshold is > 0 and < 1, "embed_mask.mask_threshold", $"is {mask.MaskThreshold}; it must lie between 0 and 1");
            Check(mask.ScaleFactor >= 1, "embed_mask.scale_factor", $"is {mask.ScaleFactor}; it must be at least 1");
            Check(mask.HingeDistance > 0 && double.IsFinite(mask.HingeDistance), "embed_mask.hinge_distance", "must be above 0");
        }

        if (Method == Method.MEInst)
        {
            Check(MEInst is not null, "meinst", "is missing, and the method is meinst");
        }

        if (MEInst is { } coded)
        {
            Check(
                coded.Size is >= 2 and <= MaskCodecOptions.MaxSize,
                "meinst.size",
                $"is {coded.Size}; it must lie in 2..{MaskCodecOptions.MaxSize}");
            Check(coded.MaskThreshold is > 0 and < 1, "meinst.mask_threshold", $"is {coded.MaskThreshold}; it must lie between 0 and 1");
        }

        if (MEInst is { Codec: { } codec } owner)
        {
            Check(codec.Size == owner.Size, "meinst.codec", $"is for masks of {codec.Size}x{codec.Size}, and size is {owner.Size}");
            Check(
                codec.Classes is null || codec.Classes == Classes!.Count,
                "meinst.codec",
                $"has components for {codec.Classes} classes; {Classes!.Count} were expected");
        }

        if (Method == Method.Ciae)
        {
            Check(Ciae is not null, "ciae", "is missing, and the method is ciae");
        }

        if (Ciae is { } ciae)
        {
            Check(ciae.EmbeddingDim >= 1, "ciae.embedding_dim", $"is {ciae.EmbeddingDim}; it must be at least 1");
            Check(
                Enum.IsDefined(ciae.CategorySource),
                "ciae.category_source",
                $"is {ciae.CategorySource}; it must be detector or embedding");
            Check(ciae.InstanceThreshold is >= 0 and <= 1, "ciae.instance_threshold", $"is {ciae.InstanceThreshold}; it must lie in 0..1");
            Check(ciae.MinStuffArea >= 0, "ciae.min_stuff_area", $"is {ciae.MinStuffArea}; it must be at least 0");
            Check(ciae.MinThingArea >= 0, "ciae.min_thing_area", $"is {ciae.MinThingArea}; it must be at least 0");
        }

        if (PanopticMerge is { } merge)
        {
            Check(
                merge.InstanceThreshold is >= 0 and <= 1,
                "panoptic_merge.instance_threshold",
                $"is {merge.InstanceThreshold}; it must lie in 0..1");
            Check(
                merge.OverlapThreshold is >= 0 and <= 1,
                "panoptic_merge.overlap_threshold",
                $"is {merge.OverlapThreshold}; it must lie in 0..1");
            Check(merge.MinStuffArea >= 0, "panoptic_merge.min_stuff_area", $"is {merge.MinStuffArea}; it must be at least 0");
        }

        void Check(bool allowed, string key, string problem)
        {
            if (!allowed)
            {
                throw new InputException($"{source}: '{key}' {problem}");
            }
        }
    }
}
