using Panoptes.Imaging;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Data;

/// <summary>Changes brightness, contrast, saturation and hue by random amounts in random order.</summary>
/// <param name="config">How far each may change.</param>
internal sealed class ColorJitter(ColorJitterConfig config)
{
    /// <summary>Whether any of the four changes.</summary>
    public bool IsOn => config is not { Brightness: 0, Contrast: 0, Saturation: 0, Hue: 0 };

    /// <summary>A changed copy of the image.</summary>
    /// <param name="image">The image, which stays as it is.</param>
    /// <param name="random">The image's own stream of this epoch.</param>
    public Image Apply(Image image, ref RandomStream random)
    {
        Image changed = image.Clone();
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);
        foreach (int change in order)
        {
            // Drawn for the changes that are off, too: turning one on leaves the others as they were.
            double drawn = (2 * random.NextDouble()) - 1;
            switch (change)
            {
                case 0 when config.Brightness > 0:
                    ColorChange.Brightness(changed, (float)(1 + (config.Brightness * drawn)));
                    break;
                case 1 when config.Contrast > 0:
                    ColorChange.Contrast(changed, (float)(1 + (config.Contrast * drawn)));
                    break;
                case 2 when config.Saturation > 0:
                    ColorChange.Saturation(changed, (float)(1 + (config.Saturation * drawn)));
                    break;
                case 3 when config.Hue > 0:
                    ColorChange.Hue(changed, (float)(config.Hue * drawn));
                    break;
                default:
                    break;
            }
        }

        return changed;
    }
}
