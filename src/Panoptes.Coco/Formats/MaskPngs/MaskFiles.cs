namespace Panoptes.Coco.Formats.MaskPngs;

/// <summary>Where masks and images lie: as in Penn-Fudan (cis.upenn.edu/~jshi/ped_html), or in two folders that the user names.</summary>
/// <param name="Masks">The folder of the masks.</param>
/// <param name="Images">The folder of the images, or null.</param>
internal sealed record MaskFiles(string Masks, string? Images)
{
    /// <summary>What the name of a mask has behind its image's, in Penn-Fudan.</summary>
    public const string PennFudanSuffix = "_mask";

    /// <summary>The folders of a Penn-Fudan dataset.</summary>
    public static MaskFiles PennFudan(string root) => new(Path.Combine(root, "PedMasks"), Path.Combine(root, "PNGImages"));

    /// <summary>The folders of the dataset to be read.</summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    public static MaskFiles Find(ConversionOptions options)
    {
        MaskFiles pennFudan = PennFudan(options.Input);
        if (Directory.Exists(pennFudan.Masks))
        {
            string? images = options.Images ?? (Directory.Exists(pennFudan.Images) ? pennFudan.Images : null);
            return pennFudan with { Images = images };
        }

        return Directory.Exists(options.Input)
            ? new MaskFiles(options.Input, options.Images)
            : throw InputException.ForSetting(
                "ConversionOptions.Input",
                $"the folder '{options.Input}' does not exist; masks are a folder of PNGs, or "
                    + "one with PedMasks in it",
                InputErrorKind.NotFound);
    }
}
