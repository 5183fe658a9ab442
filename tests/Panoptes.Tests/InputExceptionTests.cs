namespace Panoptes.Tests;

public class InputExceptionTests
{
    [Fact]
    public void Message_names_file_place_and_problem()
    {
        InputException error = new(InputErrorKind.Damaged, "a.json", "images[3].id", "must be a number");
        Assert.Equal("a.json: images[3].id: must be a number", error.Message);
        Assert.Equal(("a.json", "images[3].id", InputErrorKind.Damaged), (error.File, error.Place, error.Kind));
    }

    [Fact]
    public void What_is_not_known_is_left_out() =>
        Assert.Equal("is wrong", new InputException(InputErrorKind.Invalid, null, null, "is wrong").Message);

    [Fact]
    public void A_reader_further_out_adds_the_file()
    {
        InputException error = new InputException(InputErrorKind.TooLarge, null, "images[0].width", "is 7").InFile("b.json");
        Assert.Equal("b.json: images[0].width: is 7", error.Message);
        Assert.Equal(("b.json", "images[0].width", InputErrorKind.TooLarge), (error.File, error.Place, error.Kind));
    }

    [Fact]
    public void Older_constructors_stay_usable()
    {
        InputException error = new("b.json: is wrong", new InvalidOperationException());
        Assert.Equal((null, null, InputErrorKind.Invalid), (error.File, error.Place, error.Kind));
    }
}
