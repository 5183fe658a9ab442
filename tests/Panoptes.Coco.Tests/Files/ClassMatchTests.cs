using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Files;

public sealed class ClassMatchTests
{
    [Fact]
    public void Names_decide_and_differing_ids_are_told()
    {
        ClassMatch match = ClassMatch.ByName([(1, "disk"), (2, "ring")], "the model", [(1, "ring"), (7, "disk"), (9, "box")], "val.json");
        Assert.Equal((7L, 1L), (match[1], match[2]));
        Assert.Contains("'disk' is 1 in the model and 7 in val.json", match.Remark, StringComparison.Ordinal);
        Assert.Null(ClassMatch.ByName([(1, "disk")], "a", [(1, "disk"), (2, "ring")], "b").Remark);
    }

    [Fact]
    public void A_class_without_a_match_is_an_error_that_lists_both_sides()
    {
        InputException error = Assert.Throws<InputException>(
            () => ClassMatch.ByName([(1, "disk"), (2, "rings")], "the model", [(1, "disk"), (2, "ring")], "val.json"));
        Assert.Equal(
            "val.json: has no class 2 'rings' of the model; classes are matched by name. "
            + "the model has 1 'disk', 2 'rings'; val.json has 1 'disk', 2 'ring'.",
            error.Message);
    }

    [Fact]
    public void Without_a_name_the_id_decides_and_of_two_of_one_name_too()
    {
        Assert.Null(ClassMatch.ByName([(4, "category 4")], "a", [(4, "dog")], "b").Remark);
        Assert.Equal(5, ClassMatch.ByName([(5, "cat")], "a", [(4, "cat"), (5, "cat")], "b")[5]);
        Assert.Throws<InputException>(() => ClassMatch.ByName([(6, "cat")], "a", [(4, "cat"), (5, "cat")], "b"));
    }

    [Theory]
    [InlineData("12", 12)]
    [InlineData("-3", -3)]
    public void A_text_that_is_a_number_is_that_number(string text, long number) => Assert.Equal(number, CocoId.Of(text));

    [Fact]
    public void Other_texts_have_numbers_that_no_file_uses()
    {
        Assert.All(["IMG_0001", "012", " 1", "1.0", ""], text => Assert.InRange(CocoId.Of(text), long.MinValue, (long.MinValue / 2) - 1));
        Assert.Equal(CocoId.Of("IMG_0001"), CocoId.Of("IMG_0001"));
        Assert.NotEqual(CocoId.Of("IMG_0001"), CocoId.Of("IMG_0002"));
    }
}
