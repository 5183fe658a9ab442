using Panoptes.Inference.Tiling;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Tiling;

/// <summary>Two tiles of 100x100 that share the columns 70 to 99, and a third that shares the columns 140 to 169 with the second.</summary>
public class PieceMergerTests
{
    private static readonly ImageSize s_image = new(240, 100);
    private static readonly TileGrid s_grid = new(s_image, 100, 30);

    private static Piece Piece(int tile, int left, int top, int right, int bottom, int classIndex = 0, float score = 0.5f)
    {
        Tile t = s_grid.Tiles[tile];
        Rle mask = Rle.FromBox(new Box(left - t.Bounds.Left, top, right - t.Bounds.Left, bottom), t.Height, t.Width);
        return Panoptes.Inference.Tiling.Piece.Of(t, s_image, classIndex, score, mask);
    }

    private static IReadOnlyList<PieceGroup> Group(params Piece[] pieces) => new PieceMerger(s_grid.Tiles, 0.5).Group(pieces);

    [Fact]
    public void The_tiles_lie_where_these_tests_say()
    {
        Assert.Equal([0, 70, 140], s_grid.Tiles.Select(t => t.Bounds.Left));
        Assert.True(Piece(0, 50, 10, 100, 20).IsCut);
        Assert.False(Piece(0, 0, 0, 90, 100).IsCut); // the image's own edges cut nothing
    }

    [Fact]
    public void Pieces_that_agree_where_both_tiles_see_are_one_object()
    {
        PieceGroup only = Assert.Single(Group(Piece(0, 40, 10, 100, 30), Piece(1, 70, 12, 130, 30)));
        Assert.Equal([0, 1], only.Pieces);
        Assert.Empty(only.Fragments);
    }

    [Fact]
    public void An_object_over_three_tiles_is_one()
    {
        PieceGroup only = Assert.Single(Group(Piece(0, 40, 10, 100, 30), Piece(1, 70, 10, 170, 30), Piece(2, 140, 10, 200, 30)));
        Assert.Equal([0, 1, 2], only.Pieces);
    }

    [Fact]
    public void Objects_of_other_classes_or_other_places_stay_apart()
    {
        Assert.Equal(2, Group(Piece(0, 40, 10, 100, 30), Piece(1, 70, 10, 130, 30, classIndex: 1)).Count);
        Assert.Equal(2, Group(Piece(0, 40, 10, 100, 30), Piece(1, 70, 25, 130, 45)).Count); // they share 5 of 35 rows
        Assert.Equal(2, Group(Piece(0, 40, 10, 60, 30), Piece(1, 110, 10, 130, 30)).Count);
    }

    [Fact]
    public void A_cut_piece_inside_what_the_neighbor_sees_better_is_its_fragment()
    {
        // The first tile shows the left part of an object, badly; the second all of it.
        PieceGroup only = Assert.Single(Group(Piece(0, 80, 10, 100, 20), Piece(1, 78, 10, 130, 60)));
        Assert.Equal([1], only.Pieces);
        Assert.Equal([0], only.Fragments);
    }

    [Fact]
    public void A_whole_piece_is_no_fragment()
    {
        Assert.Equal(2, Group(Piece(0, 80, 10, 95, 20), Piece(1, 78, 10, 130, 60)).Count);
    }
}
