using System.Globalization;
using System.Security.Cryptography;
using Panoptes.Inference;
using Panoptes.Inference.Tiling;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>What results depend on besides the images, for the manifest: batch size and device do not count.</summary>
internal static class PredictSettings
{
    /// <summary>The settings by the names that users know.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="score">The least score.</param>
    /// <param name="kinds">What is written.</param>
    /// <param name="overlayFormat">The format of overlays.</param>
    /// <param name="shortSide">The size at which the model sees images; null for its own.</param>
    /// <param name="annotations">The dataset that gives ids; null for none.</param>
    /// <param name="tiling">The tiles; null for none.</param>
    public static Dictionary<string, string> Of(
        string model, double score, SaveKinds kinds, OverlayFormat overlayFormat, int? shortSide, string? annotations, TilingOptions? tiling)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return new Dictionary<string, string>
        {
            ["version of Panoptes"] = ModelCard.LibraryVersion,
            ["--model"] = HashOf(model),
            ["--score"] = score.ToString("R", invariant),
            ["--save"] = string.Join(",", Enum.GetValues<SaveKinds>().Where(kind => kinds.HasFlag(kind)).Select(SaveKindsParser.NameOf)),
            ["--overlay-format"] = overlayFormat.Extension,
            ["--short-side"] = shortSide?.ToString(invariant) ?? "none",
            ["--annotations"] = annotations is null ? "none" : HashOf(annotations),
            ["--tile"] = tiling?.TileSize.ToString(invariant) ?? "none",
            ["--overlap"] = tiling?.Overlap?.ToString(invariant) ?? "none",
            ["--tiles-only"] = tiling?.WholeImage == false ? "yes" : "no",
        };
    }

    /// <summary>The first setting that differs; null for none.</summary>
    /// <param name="one">Settings.</param>
    /// <param name="other">Others.</param>
    /// <returns>Its name, and what it is on both sides.</returns>
    public static (string Name, string One, string Other)? Difference(
        IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other)
    {
        foreach (string name in one.Keys.Union(other.Keys))
        {
            (string here, string there) = (one.GetValueOrDefault(name, "none"), other.GetValueOrDefault(name, "none"));
            if (here != there) return (name, here, there);
        }

        return null;
    }

    // Of the content: a model that was trained on has the same name.
    internal static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..16];
    }
}
