using System.Runtime.CompilerServices;
using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>
/// Segments images of any size tile by tile, read in regions, and puts the results together: objects across seams are one object, and
/// stuff is one segment.
/// </summary>
/// <remarks>
/// <para>Two masks of one class from two tiles become one object where their IoU within the part that both tiles see is at least
/// <see cref="TilingOptions.MergeIou"/>. It is their union, but that each pixel is decided by the tile whose edge is further away where
/// that tile shows the object. Its score is the largest: the tile that sees most of an object knows it best, and slivers at
/// other tiles' edges should not pull it down. A mask that its tile's edge cuts, and that lies in another tile's object for the most part
/// without matching it, is dropped. Larger objects are joined over several tiles, and taken from the whole image, made small, where that
/// shows them better (<see cref="TilingOptions.WholeImage"/>).</para>
/// <para>An image that is no larger than a tile gives what <see cref="Segmenter.Segment(Image, CancellationToken)"/> gives. The result
/// depends on the image and the options alone.</para>
/// </remarks>
/// <example><code>
/// using Segmenter segmenter = Segmenter.Load("model.onnx", new SegmenterOptions { MinScore = 0.3 });
/// TiledSegmenter tiled = new(segmenter, new TilingOptions { TileSize = 1024 });
/// using ImageRegions slide = ImageRegions.Open("slide.tif");
/// TiledSegmentation found = await tiled.SegmentAsync(slide);
/// </code></example>
public sealed class TiledSegmenter
{
    private readonly Segmenter _segmenter;

    /// <summary>Prepares a segmenter for tiles.</summary>
    /// <param name="segmenter">The segmenter; it stays the caller's to dispose.</param>
    /// <param name="options">How tiles are laid out and merged; null for the defaults.</param>
    /// <exception cref="InputException">A value of the options is not allowed.</exception>
    public TiledSegmenter(Segmenter segmenter, TilingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(segmenter);
        Options = options ?? new TilingOptions();
        Options.Validate();
        _segmenter = segmenter;
    }

    /// <summary>How tiles are laid out and merged.</summary>
    public TilingOptions Options { get; }

    /// <summary>How often the network runs on an image, if one tile is taken at a time: its tiles, and the whole image where it is seen
    /// too.</summary>
    /// <param name="size">The image's size.</param>
    public long CountTiles(ImageSize size)
    {
        long tiles = TileGrid.Count(size, Options.TileSize, Options.OverlapOrDefault);
        return tiles + (tiles > 1 && Options.WholeImage ? 1 : 0);
    }

    /// <summary>Segments an image in memory.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops between tiles, and within their stages.</param>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public Segmentation Segment(Image image, CancellationToken cancellationToken = default)
    {
        using ImageRegions regions = ImageRegions.Of(image);
        Work work = new(this, regions);
        foreach (Image[] tiles in work.Read().Chunk(Options.BatchSize))
        {
            foreach (Segmentation found in _segmenter.Segment(tiles, cancellationToken)) work.Add(found);
        }

        if (work.Whole is { } whole) work.AddWhole(_segmenter.Segment(whole, cancellationToken), whole.Size);
        return work.Finish().ToSegmentation();
    }

    /// <summary>Segments an image that is read in regions: while the network works on a tile, the next one is read.</summary>
    /// <param name="image">The image.</param>
    /// <param name="progress">Told how often the network has run (<see cref="CountTiles"/>); null for no one.</param>
    /// <param name="cancellationToken">Stops between tiles, and within their stages.</param>
    /// <exception cref="InputException">The image is damaged.</exception>
    /// <exception cref="InvalidOperationException">The network's outputs are not what its card promises, or hold NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public async Task<TiledSegmentation> SegmentAsync(
        ImageRegions image, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        Work work = new(this, image);
        IAsyncEnumerable<Image> tiles = work.Read().ToAsyncEnumerable();
        await foreach (Segmentation found in
            _segmenter.SegmentAsync(tiles, Options.BatchSize, cancellationToken).ConfigureAwait(false))
        {
            work.Add(found);
            progress?.Report(work.Done);
        }

        if (work.Whole is { } whole)
        {
            work.AddWhole(await _segmenter.SegmentAsync(whole, cancellationToken).ConfigureAwait(false), whole.Size);
            progress?.Report(work.Done);
        }

        return work.Finish();
    }

    /// <summary>The way of one image.</summary>
    private sealed class Work
    {
        private readonly ImageRegions _image;
        private readonly TileGrid _grid;
        private readonly InstanceStitcher _instances;
        private readonly PanopticStitcher? _segments;
        private readonly WholeImage? _whole;
        private Segmentation? _only;
        private SegmentationTimings _time;
        private int _tiles;

        public Work(TiledSegmenter owner, ImageRegions image)
        {
            TilingOptions options = owner.Options;
            ModelCard card = owner._segmenter.Card;
            _image = image;
            _grid = new TileGrid(image.Size, options.TileSize, options.OverlapOrDefault);
            _instances = new InstanceStitcher(_grid, options);
            _segments = card.IsPanoptic ? new PanopticStitcher(_grid, card, options.MergeIou) : null;
            if (!options.WholeImage || _grid.Tiles.Count == 1) return;
            (int width, int height) = card.Preprocessing.TargetSize(image.Size.Width, image.Size.Height);
            _whole = new WholeImage(image.Size, new ImageSize(width, height));
        }

        public int Done { get; private set; }

        public Image? Whole => _whole?.Image;

        public IEnumerable<Image> Read()
        {
            foreach (Tile tile in _grid.Tiles)
            {
                // In this order, for both use the band of rows that the first tile of a row makes the image hold.
                Image pixels = _image.Read(tile.Bounds.Left, tile.Bounds.Top, tile.Width, tile.Height);
                if (tile.Bounds.Left == 0) _whole?.AddUpTo(_image, tile.Bounds.Bottom);
                yield return pixels;
            }
        }

        public void Add(Segmentation found)
        {
            Tile tile = _grid.Tiles[_tiles++];
            Count(found);
            if (_grid.Tiles.Count == 1)
            {
                _only = found;
                return;
            }

            _instances.Add(tile, found.Instances);
            _segments?.Add(tile, found.Panoptic!);
        }

        public void AddWhole(Segmentation found, ImageSize seen)
        {
            Count(found);
            _instances.AddWhole(found.Instances, seen);
        }

        public TiledSegmentation Finish()
        {
            ImageSize size = _grid.Size;
            return new TiledSegmentation(size.Width, size.Height, _only?.Instances ?? _instances.Finish(), _time, Done)
            {
                Segments = _only is null ? _segments?.Finish() : Masks(_only.Panoptic),
            };
        }

        private static SegmentMask[]? Masks(PanopticSegmentation? found)
        {
            SortedDictionary<int, Rle>? masks = found?.Labels.ToMasks();
            return masks is null ? null : [.. found!.Segments.Select(s => new SegmentMask(s, masks[s.Id]))];
        }

        private void Count(Segmentation found)
        {
            Done++;
            _time = new SegmentationTimings(
                _time.Preprocess + found.Timings.Preprocess,
                _time.Network + found.Timings.Network,
                _time.Postprocess + found.Timings.Postprocess);
        }
    }
}
