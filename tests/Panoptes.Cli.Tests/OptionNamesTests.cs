using Panoptes.Cli.Parsing;

namespace Panoptes.Cli.Tests;

public class OptionNamesTests
{
    [Theory]
    [InlineData("ConversionOptions.CopyImages: needs the folder (ConversionOptions.Images)", "--copy-images: needs the folder (--images)")]
    [InlineData("the folder holds a run; continue it with TrainerOptions.Resume.", "the folder holds a run; continue it with --resume.")]
    [InlineData("DatasetCheckOptions.Fix repairs that", "'panoptes dataset check --fix' repairs that")]
    [InlineData("SubsetOptions.Classes or DatasetRemap drops classes", "'dataset subset --classes' or 'dataset remap' drops classes")]
    [InlineData("OnnxOptions.Device stays", "OnnxOptions.Device stays")]
    public void Properties_become_what_users_type(string message, string expected) =>
        Assert.Equal(expected, OptionNames.Translate(message));
}
