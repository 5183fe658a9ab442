using System.CommandLine;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Training.Engine;
using Panoptes.Training.Export;

namespace Panoptes.Cli.Commands.Export;

/// <summary>The options of <c>panoptes export --precision int8</c>.</summary>
internal sealed class Int8Arguments
{
    private readonly Option<string?> _calibrate = new("--calibrate")
    {
        Description = "A folder of images like those that the model will see: int8 takes the ranges of the network's values from "
            + $"{Int8Options.DefaultCalibrationImages} of them, spread over the folder.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _annotations = new("--annotations")
    {
        Description = "COCO instance annotations of the --calibrate images: int8 is compared with float by AP on those images. Without "
            + "annotations, the masks of both are compared with each other.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _panoptic = new("--panoptic")
    {
        Description = "COCO panoptic annotations of the --calibrate images: a panoptic model is compared by PQ.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _panopticFolder = new("--panoptic-folder")
    {
        Description = "The folder of the PNGs of --panoptic.",
        HelpName = "DIR",
    };

    private readonly Option<double> _maxLoss = new("--max-loss")
    {
        Description = "How much AP, PQ, or mean IoU of the masks int8 may lose, 0 to 1. Layers are kept in float until the limit holds; "
            + "if half of them are not enough, nothing is written.",
        HelpName = "L",
        DefaultValueFactory = _ => Int8Options.DefaultMaxLoss,
    };

    private readonly Option<string[]> _keepFloat = new("--keep-float")
    {
        Description = "Layers to keep in float, by name, with * for any text: 'backbone.layer1.*'.",
        HelpName = "LAYER",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly LimitOptions _limits = new();

    /// <summary>The options.</summary>
    public Option[] All =>
        [_calibrate, _annotations, _panoptic, _panopticFolder, _maxLoss, _keepFloat, _limits.MaxPixels, _limits.MaxSide];

    /// <summary>Reads them, and the annotations.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="isUsed">Whether int8 was asked for.</param>
    /// <returns>Null where it was not.</returns>
    /// <exception cref="InputException">One is missing, or given without int8; a file is missing or wrong.</exception>
    public Int8Options? Read(ParseResult arguments, bool isUsed)
    {
        if (!isUsed)
        {
            return All.FirstOrDefault(arguments.IsTyped) is { } other
                ? throw InputException.ForSetting(null, $"{other.Name} is for --precision int8 only")
                : null;
        }

        string folder = arguments.GetValue(_calibrate) ?? throw InputException.ForSetting(
            null, "--precision int8 needs --calibrate DIR: images like those that the model will see");
        InputFolder.Require("--calibrate", folder);
        double maxLoss = InputNumber.Fraction(arguments, _maxLoss);
        string? annotations = arguments.GetValue(_annotations), panoptic = arguments.GetValue(_panoptic);
        string? panopticFolder = arguments.GetValue(_panopticFolder);
        PanopticFiles.RequireBoth(panoptic, panopticFolder);

        InputLimits limits = _limits.Of(arguments);
        IReadOnlyList<string> images = ImageInputs.Expand([folder], out IReadOnlyList<string> missing);
        return missing.Count > 0
            ? throw InputException.ForSetting("--calibrate", missing[0], InputErrorKind.NotFound)
            : new Int8Options
            {
                Images = images,
                Labeled = annotations is null && panoptic is null
                    ? null
                    : EvaluationData.Load(folder, annotations, panoptic, panopticFolder, limits: limits),
                MaxLoss = maxLoss,
                KeepFloat = arguments.GetValue(_keepFloat) ?? [],
                Limits = limits,
            };
    }
}
