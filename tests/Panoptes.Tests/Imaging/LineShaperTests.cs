using Panoptes.Imaging;
using Panoptes.Imaging.Drawing;

namespace Panoptes.Tests.Imaging;

public sealed class LineShaperTests
{
    [Theory]
    [InlineData("cat 0.93", "cat 0.93")]
    [InlineData("caisse à œufs", "caisse à œufs")]
    [InlineData("\u05d0\u05d1\u05d2", "\u05d2\u05d1\u05d0")]
    [InlineData("\u05d0\u05d1 (2)", "(2) \u05d1\u05d0")]
    [InlineData("cat \u05d0\u05d1 0.93", "cat \u05d1\u05d0 0.93")]
    [InlineData("\u0635\u0646\u062f\u0648\u0642 0.93", "0.93 \ufed5\ufeed\ufeaa\ufee8\ufebb")] // joined, from right to left
    [InlineData("\u0633\u0644\u0627\u0645", "\ufee1\ufefc\ufeb3")] // lam and alef are one letter
    public void Letters_stand_as_they_are_drawn(string text, string drawn) => Assert.Equal(drawn, LineShaper.Shape(text));

    [Theory]
    [InlineData("caisse à œufs", true)]
    [InlineData("ящик", true)]
    [InlineData("κουτί", true)]
    [InlineData("Hộp", true)]
    [InlineData("\u05e7\u05d5\u05e4\u05e1\u05d4", true)]
    [InlineData("\u0635\u0646\u062f\u0648\u0642", true)]
    [InlineData("\u0635\u064f\u0646\u062f\u0648\u0642", true)] // marks are left away
    [InlineData("\u062c\u0639\u0628\u0647\u200c\u0647\u0627", true)]
    [InlineData("box \uFDD0", false)] // which no font has
    public void What_can_be_drawn_is_known(string text, bool can) => Assert.Equal(can, Canvas.CanDraw(text));

    [Fact]
    public void A_name_whose_letters_are_missing_is_drawn_as_its_number()
    {
        Assert.Equal(Draw("12", null), Draw("\uFDD0", 12));
        Assert.NotEqual(Draw("12", null), Draw("\uFDD0", null));
        Assert.Equal(Draw("box", null), Draw("box", 12));
    }

    [Theory]
    [InlineData("箱子")]
    [InlineData("กล่อง")]
    [InlineData("बक्सा")]
    [InlineData("상자")]
    public void Other_scripts_are_drawn_with_the_fonts_of_the_system(string name)
    {
        Assert.SkipUnless(SystemFonts.Has(name), $"no font of this system has the letters of {name}");
        Assert.True(Canvas.CanDraw(name));
        Assert.NotEqual(Draw("12", null), Draw(name, 12)); // not its number
        Assert.NotEqual(Draw("\uFDD0\uFDD0", null), Draw(name, null)); // and no boxes
        ImageSize small = Canvas.MeasureText(name, 14), large = Canvas.MeasureText(name, 32);
        Assert.InRange(large.Width, 1.7 * small.Width, 2.9 * small.Width);
    }

    [Fact]
    public void Signs_of_markup_are_letters_like_others()
    {
        Assert.SkipUnless(SystemFonts.Has("箱子"), "no font of this system has Chinese letters");
        Assert.NotNull(SystemFonts.Draw("<箱子> & \"x\"", 18));
        Assert.True(SystemFonts.Draw("箱子 &&&&", 18)!.Width > SystemFonts.Draw("箱子 &", 18)!.Width);
    }

    private static byte[] Draw(string label, long? number) => Overlay.Draw(
        new Image(120, 60),
        [new OverlayItem { Box = new Panoptes.Masks.Box(5, 30, 60, 50), Label = label, Number = number }],
        new OverlayOptions()).Pixels.ToArray();
}
