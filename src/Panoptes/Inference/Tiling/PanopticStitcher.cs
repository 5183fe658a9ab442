using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>
/// Collects the segments of tiles and makes the image's segments of them. Each pixel is the tile's in whose core it lies; stuff of one
/// class is one segment, things are joined as instances are.
/// </summary>
/// <param name="grid">The tiles.</param>
/// <param name="card">The model's card.</param>
/// <param name="mergeIou">The least IoU of two pieces of one thing.</param>
internal sealed class PanopticStitcher(TileGrid grid, ModelCard card, double mergeIou)
{
    private readonly long[] _classes = [.. card.StuffClasses.Concat(card.Classes).Select(c => c.CategoryId)];
    private readonly List<Piece> _things = [];
    private readonly List<(Segment Segment, Placed Core)> _thingCores = [];
    private readonly Dictionary<long, (Segment Segment, List<Placed> Cores)> _stuff = [];

    /// <summary>Adds a tile's segments, tile by tile in their order.</summary>
    public void Add(in Tile tile, PanopticSegmentation found)
    {
        SortedDictionary<int, Rle> masks = found.Labels.ToMasks();
        foreach (Segment segment in found.Segments)
        {
            Rle mask = masks[segment.Id];
            PixelBounds core = tile.Core;
            Placed inCore = new(
                mask.Crop(core.Left - tile.Bounds.Left, core.Top - tile.Bounds.Top, core.Bottom - core.Top, core.Right - core.Left),
                core.Left,
                core.Top);
            if (segment.IsThing)
            {
                int classIndex = Array.IndexOf(_classes, segment.CategoryId);
                _things.Add(Piece.Of(tile, grid.Size, classIndex, segment.Score ?? 0, mask));
                _thingCores.Add((segment, inCore));
            }
            else if (!inCore.Mask.IsEmpty)
            {
                if (!_stuff.TryGetValue(segment.CategoryId, out (Segment Segment, List<Placed> Cores) stuff))
                    _stuff[segment.CategoryId] = stuff = (segment, []);
                stuff.Cores.Add(inCore);
            }
        }
    }

    /// <summary>The image's segments: stuff in the order of the card's classes, then things in that of the tiles.</summary>
    public IReadOnlyList<SegmentMask> Finish()
    {
        List<SegmentMask> segments = [];
        foreach ((Segment segment, List<Placed> cores) in _stuff.Values.OrderBy(s => Array.IndexOf(_classes, s.Segment.CategoryId)))
            Add(segment, null, cores);
        foreach (PieceGroup group in new PieceMerger(grid.Tiles, mergeIou).Group(_things))
        {
            int[] all = [.. group.Pieces.Concat(group.Fragments).Order()];
            Segment first = _thingCores[group.Pieces[0]].Segment;
            float? score = first.Score is null ? null : group.Pieces.Max(i => _things[i].Score);
            Add(first, score, [.. all.Select(i => _thingCores[i].Core)]);
        }

        return segments;

        void Add(Segment segment, float? score, List<Placed> cores)
        {
            MaskAssembler assembler = new(grid.Size);
            foreach (Placed part in cores) assembler.Add(part.Mask, part.Left, part.Top);
            Rle mask = assembler.ToRle();
            if (mask.IsEmpty) return; // it lay in the shared parts alone, where other tiles see no such thing
            segments.Add(new SegmentMask(
                segment with { Id = segments.Count + 1, Area = mask.Area, Box = mask.Bounds, Score = score }, mask));
        }
    }

    private readonly record struct Placed(Rle Mask, int Left, int Top);
}
