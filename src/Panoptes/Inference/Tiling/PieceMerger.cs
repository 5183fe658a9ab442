using Panoptes.Masks;

namespace Panoptes.Inference.Tiling;

/// <summary>
/// Finds the pieces that are one object. Two of one class, from two tiles, are joined where the IoU of their masks within what both tiles
/// see is large enough: there both should have found the same pixels, whatever lies outside. A piece that was joined with none, is cut by
/// its tile's edge, and lies for the most part where another tile sees more of the object and found it, is that object's fragment.
/// </summary>
/// <param name="tiles">The tiles.</param>
/// <param name="mergeIou">The least IoU of two pieces of one object.</param>
internal sealed class PieceMerger(IReadOnlyList<Tile> tiles, double mergeIou)
{
    // So much of a piece must be seen by the other tile for it to be judged there, and so much of that be covered.
    private const double SeenShare = 0.8;
    private const double CoveredShare = 0.5;

    /// <summary>Groups pieces.</summary>
    /// <param name="pieces">The pieces, tile by tile in the tiles' order.</param>
    /// <returns>The objects by their first pieces: the pieces that make the object, first to last, and the fragments that only belong to
    /// it.</returns>
    public IReadOnlyList<PieceGroup> Group(IReadOnlyList<Piece> pieces)
    {
        int[] parent = [.. Enumerable.Range(0, pieces.Count)];
        List<(int Fragment, int Of, double Covered)> fragments = [];
        int[] starts = FirstOfTiles(pieces);
        for (int one = 0; one < tiles.Count; one++)
        {
            if (starts[one] == starts[one + 1]) continue;
            for (int other = one + 1; other < tiles.Count; other++)
            {
                if (tiles[other].Bounds.Top >= tiles[one].Bounds.Bottom) break; // rows of tiles further down
                PixelBounds shared = tiles[one].Bounds.Intersect(tiles[other].Bounds);
                if (shared.Right > shared.Left)
                    Compare(pieces, starts[one]..starts[one + 1], starts[other]..starts[other + 1], shared, parent, fragments);
            }
        }

        int[] owner = OwnersOfFragments(pieces.Count, parent, fragments);
        SortedDictionary<int, PieceGroup> groups = [];
        for (int i = 0; i < pieces.Count; i++)
        {
            bool isFragment = owner[i] >= 0;
            int root = Root(parent, isFragment ? owner[i] : i);
            if (!groups.TryGetValue(root, out PieceGroup? group)) groups[root] = group = new PieceGroup([], []);
            (isFragment ? group.Fragments : group.Pieces).Add(i);
        }

        return [.. groups.Values];
    }

    private void Compare(
        IReadOnlyList<Piece> pieces, Range one, Range other, PixelBounds shared, int[] parent, List<(int, int, double)> fragments)
    {
        List<(int Index, Rle Mask)> first = Within(pieces, one, shared);
        if (first.Count == 0) return;
        List<(int Index, Rle Mask)> second = Within(pieces, other, shared);
        foreach ((int a, Rle maskA) in first)
        {
            foreach ((int b, Rle maskB) in second)
            {
                if (pieces[a].ClassIndex != pieces[b].ClassIndex || !pieces[a].Bounds.Overlaps(pieces[b].Bounds)) continue;
                long common = maskA.IntersectionArea(maskB);
                if (common == 0) continue;
                if (common >= mergeIou * (maskA.Area + maskB.Area - common))
                {
                    Join(parent, a, b);
                    continue;
                }

                NoteFragment(pieces[a], a, maskA, b);
                NoteFragment(pieces[b], b, maskB, a);

                void NoteFragment(Piece piece, int index, Rle seen, int of)
                {
                    double covered = (double)common / seen.Area;
                    if (piece.IsCut && seen.Area >= SeenShare * piece.Mask.Area && covered >= CoveredShare)
                        fragments.Add((index, of, covered));
                }
            }
        }
    }

    private static List<(int Index, Rle Mask)> Within(IReadOnlyList<Piece> pieces, Range range, PixelBounds shared)
    {
        List<(int, Rle)> found = [];
        for (int i = range.Start.Value; i < range.End.Value; i++)
        {
            if (!pieces[i].Bounds.Overlaps(shared)) continue;
            Rle mask = pieces[i].Within(shared);
            if (!mask.IsEmpty) found.Add((i, mask));
        }

        return found;
    }

    /// <summary>For each piece the one whose fragment it is, or -1. Joined pieces are none, nor are those that have fragments.</summary>
    private static int[] OwnersOfFragments(int count, int[] parent, List<(int Fragment, int Of, double Covered)> fragments)
    {
        int[] size = new int[count];
        for (int i = 0; i < count; i++) size[Root(parent, i)]++;
        int[] owner = new int[count];
        Array.Fill(owner, -1);
        double[] best = new double[count];
        HashSet<int> owners = [];
        foreach ((int fragment, int of, double covered) in fragments.OrderByDescending(f => f.Covered).ThenBy(f => f.Fragment))
        {
            bool isAlone = size[Root(parent, fragment)] == 1;
            if (!isAlone || owner[of] >= 0 || owners.Contains(fragment) || covered <= best[fragment]) continue;
            (owner[fragment], best[fragment]) = (of, covered);
            owners.Add(of);
        }

        return owner;
    }

    private int[] FirstOfTiles(IReadOnlyList<Piece> pieces)
    {
        int[] starts = new int[tiles.Count + 1];
        foreach (Piece piece in pieces) starts[piece.Tile + 1]++;
        for (int i = 0; i < tiles.Count; i++) starts[i + 1] += starts[i];
        return starts;
    }

    private static int Root(int[] parent, int index)
    {
        while (parent[index] != index) index = parent[index] = parent[parent[index]];
        return index;
    }

    private static void Join(int[] parent, int a, int b)
    {
        (a, b) = (Root(parent, a), Root(parent, b));
        parent[Math.Max(a, b)] = Math.Min(a, b);
    }
}
