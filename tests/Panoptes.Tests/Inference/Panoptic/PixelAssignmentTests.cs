using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Panoptic;

public class PixelAssignmentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Grids of all small sizes, images smaller and larger than they, values that vary slowly, quickly, and hardly.</summary>
    [Theory]
    [InlineData(1, 1f)]
    [InlineData(2, 1f)]
    [InlineData(3, 0.05f)]
    [InlineData(4, 0.05f)]
    [InlineData(5, 1e-6f)]
    public void Every_pixel_goes_to_the_highest_of_all_fields(int seed, float roughness)
    {
        Random random = new(seed);
        int ties = 0;
        int pixels = 0;
        for (int run = 0; run < 60; run++)
        {
            (int high, int wide) = (random.Next(1, 40), random.Next(1, 40));
            (int height, int width) = (random.Next(1, 5 * high), random.Next(1, 5 * wide));
            ResizeAxis columns = new(wide, 4 * wide, 4 * wide);
            ResizeAxis rows = new(high, (float)high / height, height);
            columns = columns.Take([.. Enumerable.Range(0, width).Select(x => x * 4 * wide / width)]);
            int count = random.Next(0, 25);
            PixelBounds[] areas = [.. Enumerable.Range(0, count).Select(_ => RandomArea(random, width, height))];
            ArrayFields fields = new(RandomValues(random, count, high, wide, roughness), high, wide, areas);

            int[] expected = fields.LabelPlainly(columns, rows);
            LabelMap labels = PixelAssignment.Label(fields, columns, rows, Cancellation);

            Assert.Equal((width, height), (labels.Width, labels.Height));
            for (int i = 0; i < expected.Length; i++)
            {
                if (labels.Labels[i] != expected[i])
                {
                    // The one permitted difference: rounding made two fields equal, of which the other leads at the nodes.
                    Assert.True(labels.Labels[i] > expected[i] && expected[i] > 0, $"run {run}, pixel {i}");
                    Assert.Equal(ValueAt(expected[i]), ValueAt(labels.Labels[i]));
                    ties++;

                    float ValueAt(int label) => fields.ValueAt(label - 1, columns, rows, i % width, i / width);
                }
            }

            pixels += expected.Length;
        }

        // Fields that differ in their last bits alone do become equal; others practically never.
        Assert.InRange(ties, 0, roughness < 1e-5f ? pixels / 50 : 0);
    }

    [Fact]
    public void Of_equal_fields_the_first_wins()
    {
        // Fields 1 and 3 are the same; 0 counts on the left alone, and is the same there.
        float[] plane = [.. Enumerable.Range(0, 12 * 9).Select(i => MathF.Sin(i))];
        float[] values = [.. plane, .. plane, .. plane.Select(v => v - 1), .. plane];
        PixelBounds all = new(0, 0, 48, 36);
        ArrayFields fields = new(values, 9, 12, [all with { Right = 21 }, all, all, all]);

        LabelMap labels = PixelAssignment.Label(fields, new ResizeAxis(12, 48, 48), new ResizeAxis(9, 36, 36), Cancellation);

        for (int y = 0; y < 36; y++)
        {
            Assert.Equal(-1, labels.Row(y)[..21].IndexOfAnyExcept(1));
            Assert.Equal(-1, labels.Row(y)[21..].IndexOfAnyExcept(2));
        }
    }

    [Fact]
    public void Areas_are_kept_to_the_pixel_even_within_a_cell()
    {
        // The higher field is 1 everywhere and counts in a rectangle whose edges cut cells; the lower one counts on the lower half.
        float[] values = [.. Enumerable.Repeat(0f, 80), .. Enumerable.Repeat(1f, 80)];
        for (int left = 3; left < 9; left++)
        {
            PixelBounds area = new(left, 5, left + 7, 14);
            ArrayFields fields = new(values, 8, 10, [new PixelBounds(0, 10, 40, 32), area]);

            LabelMap labels = PixelAssignment.Label(fields, new ResizeAxis(10, 40, 40), new ResizeAxis(8, 32, 32), Cancellation);

            for (int y = 0; y < 32; y++)
            {
                for (int x = 0; x < 40; x++)
                {
                    int expected = x >= left && x < left + 7 && y is >= 5 and < 14 ? 2 : y >= 10 ? 1 : 0;
                    Assert.True(expected == labels[x, y], $"{x}, {y}");
                }
            }
        }
    }

    [Fact]
    public void A_field_that_leads_at_no_node_may_win_between_them()
    {
        // Two fields are high at opposite sides; the third is everywhere a little more than half of that.
        float[] values = [1, 0, 1, 0, 0, 1, 0, 1, 0.6f, 0.6f, 0.6f, 0.6f];
        ArrayFields fields = new(values, 2, 2, [.. Enumerable.Repeat(new PixelBounds(0, 0, 16, 16), 3)]);

        LabelMap labels = PixelAssignment.Label(fields, new ResizeAxis(2, 16, 16), new ResizeAxis(2, 16, 16), Cancellation);

        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 3, 3, 2, 2, 2, 2, 2, 2, 2], labels.Row(7).ToArray());
    }

    [Fact]
    public void A_field_without_area_and_no_field_at_all_give_void()
    {
        ResizeAxis axis = new(5, 20, 20);
        ArrayFields empty = new(new float[25], 5, 5, [new PixelBounds(30, 30, 40, 40)]);

        Assert.Equal(-1, PixelAssignment.Label(empty, axis, axis, Cancellation).Labels.IndexOfAnyExcept(0));
        Assert.Equal(-1, PixelAssignment.Label(new ArrayFields([], 5, 5, []), axis, axis, Cancellation).Labels.IndexOfAnyExcept(0));
    }

    [Fact]
    public void It_stops_when_told_to()
    {
        ResizeAxis axis = new(5, 20, 20);

        Assert.Throws<OperationCanceledException>(
            () => PixelAssignment.Label(new ArrayFields([], 5, 5, []), axis, axis, new CancellationToken(canceled: true)));
    }

    private static PixelBounds RandomArea(Random random, int width, int height)
    {
        if (random.Next(2) == 0)
        {
            return new PixelBounds(0, 0, width, height);
        }

        (int left, int top) = (random.Next(-3, width), random.Next(-3, height));
        return new PixelBounds(left, top, left + random.Next(0, width), top + random.Next(0, height));
    }

    /// <summary>Smooth values with some noise; some fields are copies of others.</summary>
    private static float[] RandomValues(Random random, int count, int high, int wide, float roughness)
    {
        float[] values = new float[count * high * wide];
        float slope = roughness < 1e-5f ? 0 : 0.3f;
        for (int field = 0; field < count; field++)
        {
            Span<float> plane = values.AsSpan(field * high * wide, high * wide);
            if (field > 0 && random.Next(6) == 0)
            {
                values.AsSpan(random.Next(field) * high * wide, high * wide).CopyTo(plane);
                continue;
            }

            (float a, float b, float c) = (slope * random.NextSingle(), slope * random.NextSingle(), 6 * random.NextSingle());
            for (int i = 0; i < plane.Length; i++)
            {
                plane[i] = MathF.Sin((a * (i % wide)) + (b * (i / wide)) + (slope == 0 ? 0 : c)) + 0.7f + (roughness * (random.NextSingle() - 0.5f));
            }
        }

        return values;
    }
}
