using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Panoptes.Training.Scenes;

namespace Panoptes.Training.Tests.Scenes;

public class SceneGeneratorTests
{
    private static readonly Lazy<Scene[]> s_scenes = new(() =>
    {
        SceneGenerator generator = new(new SceneOptions { Seed = 11 });
        return [.. Enumerable.Range(0, 120).AsParallel().AsOrdered().Select(generator.Generate)];
    });

    [Fact]
    public void The_same_seed_and_index_give_the_same_bytes()
    {
        Scene first = new SceneGenerator(new SceneOptions { Seed = 11 }).Generate(42);
        Assert.Equal(Hash(s_scenes.Value[42]), Hash(first));
    }

    [Fact]
    public void Scenes_are_the_same_on_every_machine()
    {
        // Computed on x64 Linux; another machine has to draw the very same scenes.
        Assert.Equal("8100F317FC49581B AB3441A7839FC06C 00D2D0AE9708CE14", string.Join(' ', s_scenes.Value.Take(3).Select(Hash)));
    }

    [Fact]
    public void Another_seed_or_index_gives_another_scene()
    {
        Scene other = new SceneGenerator(new SceneOptions { Seed = 12 }).Generate(0);
        string[] hashes = [Hash(other), .. s_scenes.Value.Select(Hash)];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Every_pixel_belongs_to_a_segment_and_areas_and_boxes_are_exact()
    {
        foreach (Scene scene in s_scenes.Value)
        {
            Assert.Equal(scene.Segments.Count, scene.Segments.Select(segment => segment.Id).Distinct().Count());
            Assert.Equal(scene.Image.Width * scene.Image.Height, scene.Segments.Sum(segment => segment.Area));
            foreach (SceneSegment segment in scene.Segments)
            {
                int[] at = [.. Enumerable.Range(0, scene.PanopticIds.Length).Where(i => scene.PanopticIds[i] == segment.Id)];
                int[] xs = [.. at.Select(i => i % scene.Image.Width)], ys = [.. at.Select(i => i / scene.Image.Width)];
                Assert.Equal(segment.Area, at.Length);
                Assert.Equal((xs.Min(), ys.Min()), (segment.X, segment.Y));
                Assert.Equal((xs.Max() + 1, ys.Max() + 1), (segment.X + segment.Width, segment.Y + segment.Height));
            }
        }
    }

    [Fact]
    public void All_classes_occur_and_sizes_differ_tenfold()
    {
        SceneSegment[] segments = [.. s_scenes.Value.SelectMany(scene => scene.Segments)];
        Assert.Equal(SceneCategories.All.Select(c => c.Name).Order(), segments.Select(s => s.Category.Name).Distinct().Order());
        int[] extents = [.. s_scenes.Value.SelectMany(scene => scene.Things).Select(thing => Math.Max(thing.Width, thing.Height))];
        Assert.True(extents.Max() >= 10 * extents.Min(), $"{extents.Min()} to {extents.Max()}");
    }

    [Fact]
    public void Things_keep_enough_visible_pixels()
    {
        Assert.All(s_scenes.Value.SelectMany(scene => scene.Things), thing => Assert.True(thing.Area >= 40));
        double things = s_scenes.Value.Average(scene => scene.Things.Count());
        Assert.InRange(things, 4, 8);
    }

    [Fact]
    public void Images_are_wide_tall_and_square()
    {
        Assert.Contains(s_scenes.Value, scene => scene.Image.Width > 1.2 * scene.Image.Height);
        Assert.Contains(s_scenes.Value, scene => scene.Image.Height > 1.2 * scene.Image.Width);
        Assert.Contains(s_scenes.Value, scene => scene.Image.Width == scene.Image.Height);
        Assert.All(s_scenes.Value, scene => Assert.InRange(scene.Image.Width * scene.Image.Height, 0.98 * 65536, 1.02 * 65536));
    }

    [Fact]
    public void Some_things_come_in_two_pieces_and_some_have_holes()
    {
        int split = 0, splitByOther = 0, holes = 0;
        foreach (Scene scene in s_scenes.Value)
        {
            foreach (SceneSegment thing in scene.Things)
            {
                bool inPieces = Components(scene, id => id == thing.Id, thing, touchesBorder: null) > 1;
                split += inPieces ? 1 : 0;
                splitByOther += inPieces && thing.Category.Name != "pair" ? 1 : 0;
                holes += Components(scene, id => id != thing.Id, thing, touchesBorder: false) > 0 ? 1 : 0;
            }
        }
        Assert.True(split >= 20, $"{split} in pieces");
        Assert.True(splitByOther >= 3, $"{splitByOther} cut by another thing");
        Assert.True(holes >= 20, $"{holes} with holes");
    }

    [Theory]
    [InlineData(10, 3, 8, "Size")]
    [InlineData(256, 5, 4, "MaxThings")]
    [InlineData(256, -1, 4, "MinThings")]
    public void An_option_outside_its_range_is_named(int size, int min, int max, string name)
    {
        InputException error = Assert.Throws<InputException>(
            () => new SceneGenerator(new SceneOptions { Size = size, MinThings = min, MaxThings = max }));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scene_can_be_empty_of_things()
    {
        Scene scene = new SceneGenerator(new SceneOptions { MinThings = 0, MaxThings = 0 }).Generate(0);
        Assert.Empty(scene.Things);
        Assert.NotEmpty(scene.Segments);
    }

    /// <summary>Counts 4-connected components of at least 5 pixels inside the thing's box.</summary>
    private static int Components(Scene scene, Func<int, bool> member, SceneSegment thing, bool? touchesBorder)
    {
        int count = 0;
        bool[] seen = new bool[thing.Width * thing.Height];
        Stack<(int X, int Y)> open = new();
        for (int start = 0; start < seen.Length; start++)
        {
            int size = 0;
            bool border = false;
            open.Push((start % thing.Width, start / thing.Width));
            while (open.TryPop(out (int X, int Y) p))
            {
                if (p.X < 0 || p.Y < 0 || p.X >= thing.Width || p.Y >= thing.Height)
                {
                    border = true;
                    continue;
                }
                int at = p.Y * thing.Width + p.X;
                if (seen[at] || !member(scene.PanopticIds[(thing.Y + p.Y) * scene.Image.Width + thing.X + p.X]))
                    continue;
                seen[at] = true;
                size++;
                open.Push((p.X + 1, p.Y));
                open.Push((p.X - 1, p.Y));
                open.Push((p.X, p.Y + 1));
                open.Push((p.X, p.Y - 1));
            }
            count += size >= 5 && (touchesBorder is null || touchesBorder == border) ? 1 : 0;
        }
        return count;
    }

    private static string Hash(Scene scene)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(scene.Image.Pixels);
        hash.AppendData(MemoryMarshal.AsBytes(scene.PanopticIds.AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }
}
