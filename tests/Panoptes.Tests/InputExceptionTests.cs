using System.Reflection;

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
        Assert.Equal("is wrong", InputException.InContent(null, "is wrong").Message);

    [Fact]
    public void A_reader_further_out_adds_the_file()
    {
        InputException error = InputException.InContent("images[0].width", "is 7", InputErrorKind.TooLarge).InFile("b.json");
        Assert.Equal("b.json: images[0].width: is 7", error.Message);
        Assert.Equal(("b.json", "images[0].width", InputErrorKind.TooLarge), (error.File, error.Place, error.Kind));
    }

    [Fact]
    public void A_setting_belongs_to_no_file()
    {
        InputException error = InputException.ForSetting("--limit", "must be at least 1");
        Assert.Equal("--limit: must be at least 1", error.Message);
        Assert.Equal((null, "--limit", InputErrorKind.Invalid), (error.File, error.Place, error.Kind));
    }

    [Fact]
    public void What_is_wrong_within_keeps_its_file_and_kind()
    {
        InputException inner = new(InputErrorKind.NotFound, "a.png", null, "file not found.");
        InputException error = inner.InFile("b.json", "images[1]");
        Assert.Equal("b.json: images[1]: a.png: file not found.", error.Message);
        Assert.Equal(("a.png", null, InputErrorKind.NotFound), (error.File, error.Place, error.Kind));
        Assert.Equal(("a.png", InputErrorKind.NotFound), (error.WithMessage("other").File, error.WithMessage("other").Kind));
    }

    [Fact]
    public void Nobody_can_throw_it_without_kind_and_file()
    {
        // A message alone would not tell a service which file is wrong, nor whether 400 or 413 answers it.
        ConstructorInfo constructor = Assert.Single(typeof(InputException).GetConstructors());
        ParameterInfo[] parameters = constructor.GetParameters();
        Assert.Equal((typeof(InputErrorKind), "file"), (parameters[0].ParameterType, parameters[1].Name));
        Assert.False(parameters[0].HasDefaultValue || parameters[1].HasDefaultValue);
        Assert.Equal(NullabilityState.NotNull, new NullabilityInfoContext().Create(parameters[1]).WriteState);
        Assert.All(
            typeof(InputException).GetProperties().Where(property => property.DeclaringType == typeof(InputException)),
            property => Assert.False(property.CanWrite, property.Name));
    }
}
