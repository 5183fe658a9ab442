using Panoptes.Inference;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Data;

/// <summary>
/// Reads training images with all random changes that the configuration asks for. What comes out depends on the seed and the planned image
/// alone, so that any thread may read it.
/// </summary>
internal sealed class AugmentedSource
{
    /// <summary>Size of a mosaic's tiles relative to that of an image.</summary>
    private const double TileScale = 0.5;

    private readonly ImageSource _source;
    private readonly Augmentation _augmentation;
    private readonly InputConfig _input;
    private readonly ulong _seed;
    private readonly ColorJitter _colors;
    private readonly int[] _withObjects;
    private readonly byte[] _background;

    /// <summary>Prepares the changes.</summary>
    /// <param name="source">The images.</param>
    /// <param name="augmentation">Draws sizes and sides.</param>
    /// <param name="options">The seed and what is changed.</param>
    public AugmentedSource(ImageSource source, Augmentation augmentation, LoaderOptions options)
    {
        (_source, _augmentation, _input, _seed) = (source, augmentation, options.Input, options.Seed);
        _colors = new ColorJitter(_input.ColorJitter);
        _withObjects = _input.CopyPaste > 0 ? [.. Enumerable.Range(0, source.Count).Where(index => HasObjects(source[index]))] : [];

        // Becomes near zero, as padding is.
        byte[] mean = [.. _input.Mean.Select(value => (byte)Math.Round(value))];
        _background = _input.ChannelOrder == ChannelOrder.Rgb ? mean : [mean[2], mean[1], mean[0]];
    }

    /// <summary>Reads a planned image.</summary>
    /// <exception cref="InputException">A file cannot be used; the message names it.</exception>
    public TrainingSample Read(PlannedImage item)
    {
        RandomStream company = Stream(RandomPurpose.Company, item);
        TrainingSample sample = _input.Mosaic > 0 && company.NextBool(_input.Mosaic)
            ? ReadMosaic(item.Index, ref company)
            : ReadAlone(item);
        if (_withObjects.Length > 0 && company.NextBool(_input.CopyPaste))
        {
            int index = _withObjects[company.NextInt(_withObjects.Length)];
            TrainingSample above = _source.Read(index, Draw(_source[index], ref company));
            sample = CopyPaste.Apply(sample, above, ref company);
        }

        if (!_colors.IsOn)
        {
            return sample;
        }

        RandomStream colors = Stream(RandomPurpose.Color, item);
        return sample with { Resized = _colors.Apply(sample.Resized, ref colors) };
    }

    private TrainingSample ReadAlone(PlannedImage item)
    {
        RandomStream random = Stream(RandomPurpose.Augmentation, item);
        return _source.Read(item.Index, Draw(_source[item.Index], ref random));
    }

    private TrainingSample ReadMosaic(int index, ref RandomStream random)
    {
        ImageTransform whole = _augmentation.DrawPlain(_source[index].Width, _source[index].Height, ref random);
        Mosaic mosaic = Mosaic.Draw(whole.Width, whole.Height, ref random);
        int main = random.NextInt(Mosaic.Tiles);
        TrainingSample[] tiles = new TrainingSample[Mosaic.Tiles];
        for (int tile = 0; tile < tiles.Length; tile++)
        {
            int chosen = tile == main ? index : random.NextInt(_source.Count);
            ImageTransform plain = _augmentation.DrawPlain(_source[chosen].Width, _source[chosen].Height, ref random);
            (int width, int height) = Augmentation.Scaled(plain, TileScale * _augmentation.DrawScale(ref random));
            tiles[tile] = _source.Read(chosen, mosaic.Fit(tile, plain, width, height));
        }

        return mosaic.Compose(tiles, main, _background);
    }

    private ImageTransform Draw(ImageRecord record, ref RandomStream random) =>
        _augmentation.Draw(record.Width, record.Height, ref random, record.Objects);

    // Epochs stay below 2^40.
    private RandomStream Stream(ulong purpose, PlannedImage item) =>
        new(_seed, purpose, (ulong)item.Epoch | ((ulong)item.Repeat << 40), (ulong)item.Index);

    private static bool HasObjects(ImageRecord record) =>
        record.Objects.Count > 0 || record.Panoptic?.Segments.Any(segment => segment is { IsThing: true, IsCrowd: false }) == true;
}
