using System.Globalization;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Values as messages show them.</summary>
internal static class Text
{
    /// <summary>A number with at most two decimals.</summary>
    public static string Of(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A box as files write it: left, top, width, height.</summary>
    public static string Of(BoxXywh box) => $"[{Of(box.X)}, {Of(box.Y)}, {Of(box.Width)}, {Of(box.Height)}]";

    /// <summary>A box as files write it: left, top, width, height.</summary>
    public static string Of(Box box) => Of(BoxXywh.FromBox(box));
}
