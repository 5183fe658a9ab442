using Panoptes.Cli.Parsing;

namespace Panoptes.Cli.Tests;

public class OptionNamesTests
{
    [Theory]
    [InlineData("ConversionOptions.CopyImages: needs the folder (ConversionOptions.Images)", "--copy-images: needs the folder (--images)")]
    [InlineData("the folder holds a run; continue it with TrainerOptions.Resume.", "the folder holds a run; continue it with --resume.")]
    [InlineData("DatasetCheckOptions.Fix repairs that", "'panoptes dataset check --fix' repairs that")]
    [InlineData("no such configuration (see ShippedConfigs.Names)", "no such configuration (see 'panoptes model list')")]
    [InlineData("OnnxOptions.Device stays", "OnnxOptions.Device stays")]
    public void Properties_become_what_users_type(string message, string expected) =>
        Assert.Equal(expected, OptionNames.Translate(message));
}
