using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.Panoptic;
using Panoptes.Tests.Inference.Ciae;

namespace Panoptes.Tests.Inference.Tiling;

/// <summary>
/// Discs on a plane, sky above grass, and a network that finds those of which its image shows enough. It knows from the pixels where its
/// image lies, and how large it is shown: red and green count eights of columns and rows.
/// </summary>
internal sealed class DiscWorld(params DiscWorld.Disc[] discs)
{
    private const float Air = 8;
    private const int LeastSeen = 12; // pixels of a disc's width or height

    /// <summary>How many images the network has seen.</summary>
    public int Seen { get; private set; }

    /// <summary>The row at which grass begins.</summary>
    public int Horizon { get; init; } = 200;

    public static ModelCard Card { get; } = new()
    {
        Classes = [new ModelClass("disc", 7), new ModelClass("ring", 11)],
        MethodOptions = new EmbedMaskOptions { EmbeddingDim = 2 },
        Preprocessing = new PreprocessingOptions
        {
            ShortSide = 256,
            LongSide = 4096,
            SizeDivisor = 8,
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
        },
    };

    public static ModelCard PanopticCard { get; } = Card with
    {
        Classes = [new ModelClass("disc", 7)],
        StuffClasses = [new ModelClass("sky", 21, IsThing: false), new ModelClass("grass", 22, IsThing: false)],
        PanopticMerge = new PanopticMergeOptions { MinStuffArea = 0 },
    };

    /// <summary>An image of the plane from its upper left corner on; every pixel tells where it is.</summary>
    public static Image Draw(int width, int height)
    {
        Image image = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++) (image.Row(y)[3 * x], image.Row(y)[(3 * x) + 1]) = ((byte)(x / 8), (byte)(y / 8));
        }

        return image;
    }

    /// <summary>A segmenter of this world for images shown to the network as they are.</summary>
    public Segmenter Segmenter(int shortSide = 256, bool panoptic = false)
    {
        ModelCard card = panoptic ? PanopticCard : Card;
        return new Segmenter(
            new FakeNetwork(card, input => Run(input, card)),
            new SegmenterOptions { Preprocessing = card.Preprocessing with { ShortSide = shortSide } });
    }

    private NetworkOutput Run(NetworkInput input, ModelCard card)
    {
        Seen += input.Images.Count;
        SmallCiae outputs = new(input, [SmallCiae.At(0), SmallCiae.At(90)], card.Classes.Count);
        FakeOutput fake = outputs.Detector;
        for (int n = 0; n < input.Images.Count; n++)
        {
            ReadOnlySpan<float> first = input.Plane(n, 0)[..input.Width];
            float scale = first.IndexOfAnyExcept(first[0]) / 8f; // it begins where eights do
            float left = 8 * input.Plane(n, 0)[0], top = 8 * input.Plane(n, 1)[0];
            foreach (Disc disc in discs) Place(fake, input.Images[n], n, disc.At(left, top, scale));
        }

        fake.PaintPixels((_, d, x, y) => d == 0 ? x : y);
        if (card.PanopticMerge is not null)
        {
            float top = 8 * input.Plane(0, 1)[0];
            outputs.WithSemantic(3, (_, y) => (4 * y) + 2 + top < Horizon ? 0 : 1);
        }

        return outputs.Build();
    }

    private static void Place(FakeOutput fake, InputImage image, int n, Disc disc)
    {
        float left = Math.Max(disc.X - disc.Radius, 0), right = Math.Min(disc.X + disc.Radius, image.Width);
        float top = Math.Max(disc.Y - disc.Radius, 0), bottom = Math.Min(disc.Y + disc.Radius, image.Height);
        if (right - left < LeastSeen || bottom - top < LeastSeen) return;
        int column = Math.Clamp((int)Math.Clamp(disc.X, left, right) / 8, 0, fake.WidthOf(0) - 1);
        int row = Math.Clamp((int)Math.Clamp(disc.Y, top, bottom) / 8, 0, fake.HeightOf(0) - 1);
        float whole = (right - left) * (bottom - top) / (4 * disc.Radius * disc.Radius);
        fake.Place(
            n, 0, row, column, disc.Class, [left - Air, top - Air, right + Air, bottom + Air],
            logit: disc.Logit - 2 + (2 * whole), // what is cut is less sure
            q: [disc.X, disc.Y], m: [MathF.Log(2) / (disc.Radius * disc.Radius)]);
    }

    /// <summary>A disc, in pixels of the plane.</summary>
    internal readonly record struct Disc(float X, float Y, float Radius, int Class = 0, float Logit = 3)
    {
        public Disc At(float left, float top, float scale) =>
            this with { X = (X - left) * scale, Y = (Y - top) * scale, Radius = Radius * scale };
    }
}
