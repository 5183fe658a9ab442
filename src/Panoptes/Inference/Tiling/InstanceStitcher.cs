using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>Collects the instances of tiles and makes the image's instances of them.</summary>
/// <param name="grid">The tiles.</param>
/// <param name="options">How pieces are merged.</param>
internal sealed class InstanceStitcher(TileGrid grid, TilingOptions options)
{
    // Two views of one object, in tiles and in the whole image; and how much of a piece must lie in an object to be part of it.
    private const double SameIou = 0.5;
    private const double SameIouOfCut = 0.7; // put together of cut pieces, of which one may be missing
    private const double PartShare = 0.6;

    // A part may be surer than the whole, such as a head; one that is far surer is an object of its own.
    private const double PartScore = 0.5;

    private readonly List<Piece> _pieces = [];
    private readonly List<Instance> _whole = [];

    /// <summary>Adds a tile's instances, tile by tile in their order. Those without a pixel are skipped.</summary>
    public void Add(in Tile tile, IReadOnlyList<Instance> instances)
    {
        foreach (Instance instance in instances)
        {
            if (instance.Mask.IsEmpty) continue;
            Box box = instance.Box;
            Instance placed = instance with
            {
                Box = new Box(
                    box.X1 + tile.Bounds.Left, box.Y1 + tile.Bounds.Top, box.X2 + tile.Bounds.Left, box.Y2 + tile.Bounds.Top),
            };
            _pieces.Add(Piece.Of(tile, grid.Size, instance.ClassIndex, instance.Score, instance.Mask) with { Instance = placed });
        }
    }

    /// <summary>Adds what was found in the whole image, made small; only what is larger than the overlap counts.</summary>
    public void AddWhole(IReadOnlyList<Instance> instances, ImageSize seen)
    {
        double scaleX = (double)grid.Size.Width / seen.Width;
        double scaleY = (double)grid.Size.Height / seen.Height;
        foreach (Instance instance in instances)
        {
            Box box = instance.Box.Scale(scaleX, scaleY);
            if (Math.Max(box.Width, box.Height) <= options.OverlapOrDefault || instance.Mask.IsEmpty) continue;
            _whole.Add(instance with { Box = box, Mask = seen == grid.Size ? instance.Mask : instance.Mask.Resize(grid.Size) });
        }
    }

    /// <summary>The image's instances by falling score.</summary>
    public IReadOnlyList<Instance> Finish()
    {
        List<Found> found = [.. new PieceMerger(grid.Tiles, options.MergeIou).Group(_pieces).Select(Join)];
        AddLarge(found);
        return [.. found.Select(f => f.Instance).OrderByDescending(instance => instance.Score)]; // stable: ties keep the tiles' order
    }

    private Found Join(PieceGroup group)
    {
        MaskAssembler mask = new(grid.Size);
        Instance first = _pieces[group.Pieces[0]].Instance!;
        Box box = first.Box;
        float score = 0;
        bool isCut = true;
        HashSet<int> tiles = [.. group.Pieces.Select(index => _pieces[index].Tile)];
        foreach (int index in group.Pieces)
        {
            Piece piece = _pieces[index];
            Box other = piece.Instance!.Box;
            AddOwn(mask, piece, tiles);
            box = new Box(Math.Min(box.X1, other.X1), Math.Min(box.Y1, other.Y1), Math.Max(box.X2, other.X2), Math.Max(box.Y2, other.Y2));
            score = Math.Max(score, piece.Score);
            isCut &= piece.IsCut;
        }

        return new Found(first with { Box = box, Score = score, Mask = mask.ToRle() }, isCut);
    }

    /// <summary>Adds a piece but for what lies in the core of another tile that shows the object: there that one sees it better.</summary>
    private void AddOwn(MaskAssembler mask, Piece piece, HashSet<int> tiles)
    {
        List<PixelBounds> others = [];
        foreach (int tile in tiles)
        {
            PixelBounds core = grid.Tiles[tile].Core;
            if (tile != piece.Tile && core.Overlaps(piece.Bounds)) others.Add(core);
        }

        mask.Add(piece.Mask, piece.Bounds.Left, piece.Bounds.Top, others);
    }

    /// <summary>
    /// Adds the objects of the whole image. Where tiles show the same one, their mask, which is finer, stays with the better score.
    /// Otherwise the object takes the place of the pieces in it that no tile shows uncut, if their scores are not far better.
    /// </summary>
    private void AddLarge(List<Found> found)
    {
        List<Found> added = [];
        foreach (Instance large in _whole.OrderByDescending(instance => instance.Score))
        {
            PixelBounds bounds = PixelBounds.Of(large.Mask.Counts, large.Mask.Height);
            int same = -1;
            double best = 0;
            List<int> parts = [];
            for (int i = 0; i < found.Count; i++)
            {
                Found tiled = found[i];
                if (tiled.Instance.ClassIndex != large.ClassIndex || !tiled.Bounds.Overlaps(bounds)) continue;
                Rle mask = tiled.Instance.Mask;
                long common = mask.IntersectionArea(large.Mask);
                double iou = (double)common / (mask.Area + large.Mask.Area - common);
                if (iou >= (tiled.IsCut ? SameIouOfCut : SameIou) && iou > best) (same, best) = (i, iou);
                if (tiled.IsCut && common >= PartShare * mask.Area && PartScore * tiled.Instance.Score <= large.Score) parts.Add(i);
            }

            if (same >= 0)
            {
                found[same] = new Found(found[same].Instance with { Score = Math.Max(found[same].Instance.Score, large.Score) }, false);
                parts.Remove(same);
            }
            else
            {
                added.Add(new Found(large, false));
            }

            foreach (int part in Enumerable.Reverse(parts)) found.RemoveAt(part);
        }

        found.AddRange(added);
    }

    private sealed record Found(Instance Instance, bool IsCut)
    {
        public PixelBounds Bounds { get; } = PixelBounds.Of(Instance.Mask.Counts, Instance.Mask.Height);
    }
}
