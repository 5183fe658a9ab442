using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.View;

/// <summary>Draws objects over images and writes them as files next to the pages. Used by several threads at once.</summary>
/// <param name="plan">What to show.</param>
/// <param name="output">The folder of the pages.</param>
/// <param name="cancellationToken">Ends the drawing.</param>
internal sealed class ImageDrawer(ViewPlan plan, string output, CancellationToken cancellationToken)
{
    /// <summary>The folder of images next to the pages.</summary>
    // As it has been since the first version: scripts look for what was drawn there.
    public const string Folder = "pictures";

    // Small images are enlarged, or labels would cover them; large ones shrunk: a page is read on a screen.
    private const int LeastLongSide = 512;
    private const int MostLongSide = 1024;
    private const int JpegQuality = 85;

    // The size of letters, as a part of an image's long side: a card shows an image alone at half its size, one of a pair larger.
    private const double LettersAlone = 1 / 32.0;
    private const double LettersInPair = 1 / 45.0;

    /// <summary>The file of an image with its annotated or predicted objects, as the pages link to it.</summary>
    public static string FileOf(CocoImage image, bool found) => $"{Folder}/{image.Id}{(found ? "-found" : "")}.jpg";

    /// <summary>Draws an image; what is wrong with it stands in the result.</summary>
    public DrawnImage Draw(int image)
    {
        CocoImage facts = plan.Index.Images[image];
        IReadOnlyList<ViewObject> groundTruth = plan.GroundTruthOf(image);
        IReadOnlyList<ViewObject> found = plan.FoundOf(image);
        DrawnImage drawn = new()
        {
            Image = image,
            GroundTruth = [.. groundTruth.Select((o, i) => new DrawnObject(o, Palette.ColorOf(i)))],
            Found = [.. found.Select((o, i) => new DrawnObject(o, Palette.ColorOf(groundTruth.Count + i)))],
            Size = new ImageSize(facts.Width, facts.Height),
        };
        try
        {
            return Draw(facts, drawn);
        }
        catch (InputException e)
        {
            return drawn with { Problem = e.Message };
        }
    }

    private DrawnImage Draw(CocoImage facts, DrawnImage drawn)
    {
        if (facts.FileName.Length == 0)
        {
            throw InputException.InContent(null, "the annotations name no file");
        }

        string path = plan.Options.AllowOutside
            ? DatasetPath.Resolve(plan.Options.Images, facts.FileName)
            : DatasetPath.ResolveInside(plan.Options.Images, facts.FileName, "DatasetViewOptions.AllowOutside");
        ImageSize actual = Image.ReadSize(path);
        bool stated = drawn.Size.Pixels > 0;
        string? remark = stated && drawn.Size != actual ? $"the file is {actual}, but the annotations say {drawn.Size}" : null;
        drawn = drawn with { Size = stated ? drawn.Size : actual, Shown = ShownSize(actual), Remark = remark };

        ImageSize shown = drawn.Shown;
        DecodeOptions decoding = new()
        {
            MinShortSide = shown.ShortSide,
            Limits = plan.Options.Limits,
            CancellationToken = cancellationToken,
        };
        Image pixels = Image.Load(path, decoding).Resize(shown.Width, shown.Height);
        Rle?[] groundTruth = MasksOf(plan.GroundTruth, drawn, drawn.GroundTruth);
        Save(pixels, drawn, drawn.GroundTruth, groundTruth, FileOf(facts, found: false));
        if (plan.Found is { } source)
        {
            Rle?[] found = MasksOf(source, drawn, drawn.Found);
            drawn = drawn with { Found = [.. Recolored(drawn, found, groundTruth)] };
            Save(pixels, drawn, drawn.Found, found, FileOf(facts, found: true));
        }

        return drawn;
    }

    private static Rle?[] MasksOf(IObjectSource source, DrawnImage drawn, IReadOnlyList<DrawnObject> objects) =>
        source.MasksOf(drawn.Image, [.. objects.Select(o => o.Object)], drawn.Size, drawn.Shown);

    /// <summary>A predicted object takes the color of the annotated one that it is.</summary>
    private static IEnumerable<DrawnObject> Recolored(DrawnImage drawn, Rle?[] found, Rle?[] groundTruth)
    {
        bool comparable = found.All(mask => mask is not null) && groundTruth.All(mask => mask is not null);
        int[] matches = comparable ? ObjectMatcher.Match(found!, groundTruth!) : [.. found.Select(_ => -1)];
        return drawn.Found.Select((o, i) => matches[i] < 0 ? o : o with { Color = drawn.GroundTruth[matches[i]].Color });
    }

    private void Save(Image pixels, DrawnImage drawn, IReadOnlyList<DrawnObject> objects, Rle?[] masks, string file)
    {
        double x = (double)drawn.Shown.Width / drawn.Size.Width;
        double y = (double)drawn.Shown.Height / drawn.Size.Height;
        OverlayItem[] items =
        [
            .. objects.Select((o, i) => new OverlayItem
            {
                Mask = masks[i],
                Box = o.Object.Box?.ToBox().Scale(x, y),
                Label = LabelOf(o.Object),
                Number = plan.Index.Categories[o.Object.Class].Id,
                Score = o.Object.Score,
                Color = o.Color,
            }),
        ];
        double letters = (plan.Found is null ? LettersAlone : LettersInPair) * drawn.Shown.LongSide;
        OverlayOptions options = new() { Boxes = true, TextSize = (int)letters };
        Overlay.Draw(pixels, items, options).SaveJpeg(Path.Combine(output, file), JpegQuality);
    }

    private string LabelOf(ViewObject one)
    {
        string name = plan.HasOneClass ? "" : plan.Index.Categories[one.Class].Name;
        return one.IsCrowd ? $"{name} (crowd)".TrimStart() : name;
    }

    private static ImageSize ShownSize(ImageSize size)
    {
        double scale = (double)Math.Clamp(size.LongSide, LeastLongSide, MostLongSide) / size.LongSide;
        return new ImageSize(Math.Max(1, (int)Math.Round(scale * size.Width)), Math.Max(1, (int)Math.Round(scale * size.Height)));
    }
}
