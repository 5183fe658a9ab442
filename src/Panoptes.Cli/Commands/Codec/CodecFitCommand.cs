using System.CommandLine;
using System.Diagnostics;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Masks.Codec;

namespace Panoptes.Cli.Commands.Codec;

/// <summary><c>panoptes codec fit</c>: MEInst's mask encoding, fitted to a data set.</summary>
internal sealed class CodecFitCommand : ToolCommand
{
    private readonly Option<string> _annotations = new("--annotations")
    {
        Description = "The data set: a COCO instance JSON with masks.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The codec to write.",
        HelpName = "CODEC.safetensors",
        Required = true,
    };

    private readonly Option<int> _size = new("--size")
    {
        Description = "The side of the square that masks are drawn in, in pixels.",
        HelpName = "N",
        DefaultValueFactory = _ => new MaskCodecOptions().Size,
    };

    private readonly Option<int> _dim = new("--dim")
    {
        Description = "How many numbers stand for a mask.",
        HelpName = "N",
        DefaultValueFactory = _ => new MaskCodecOptions().Dimension,
    };

    private readonly Option<string> _space = new Option<string>("--space")
    {
        Description = "Take the components of logits of smoothed pixels, or of the pixels themselves.",
        DefaultValueFactory = _ => "logit",
    }.AcceptOnlyFromAmong("logit", "binary");

    private readonly Option<string> _smoothing = new Option<string>("--smoothing")
    {
        Description = "How pixels are smoothed for logits: by a constant, or at random as the authors do.",
        DefaultValueFactory = _ => "constant",
    }.AcceptOnlyFromAmong("constant", "random");

    private readonly Option<bool> _whiten = new("--whiten")
    {
        Description = "Divide the numbers by their standard deviation.",
        HelpName = "true|false",
        DefaultValueFactory = _ => true,
        Arity = ArgumentArity.ExactlyOne,
    };

    private readonly Option<bool> _byClass = new("--by-class") { Description = "Give each class components of its own." };

    private readonly Option<bool> _json = CommonOptions.Json();

    /// <param name="console">Where the result is told.</param>
    public CodecFitCommand(ToolConsole console)
        : base(
            console,
            "fit",
            "Fit MEInst's mask encoding to the masks of a data set.",
            "panoptes codec fit --annotations instances_train2017.json --output codec.safetensors",
            "panoptes codec fit --annotations instances.json --output codec.safetensors --dim 40 --space binary")
    {
        foreach (Option option in new Option[] { _annotations, _output, _size, _dim, _space, _smoothing, _whiten, _byClass, _json })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string output = OutputFile.Prepare("--output", arguments.GetRequiredValue(_output));
        MaskCodecOptions options = new()
        {
            Size = arguments.GetValue(_size),
            Dimension = arguments.GetValue(_dim),
            Space = arguments.GetValue(_space) == "binary" ? MaskSpace.Binary : MaskSpace.Logit,
            Smoothing = arguments.GetValue(_smoothing) == "random" ? MaskSmoothing.Random : MaskSmoothing.Constant,
            Whiten = arguments.GetValue(_whiten),
            ByClass = arguments.GetValue(_byClass),
        };
        long start = Stopwatch.GetTimestamp();
        MaskSet masks = MaskSet.Load(arguments.GetRequiredValue(_annotations), options.Size);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        PcaCodec codec = PcaCodec.Fit(masks, options);
        double fit = Stopwatch.GetElapsedTime(start).TotalSeconds;
        CodecFile.Save(output, codec);
        if (arguments.GetValue(_json))
        {
            JsonOutput.WriteLine(Console.Output, json =>
            {
                json.WriteStartObject();
                json.WriteString("codec"u8, output);
                json.WriteNumber("size"u8, options.Size);
                json.WriteNumber("dim"u8, options.Dimension);
                json.WriteNumber("masks"u8, masks.Count);
                json.WriteNumber("explained_variance"u8, codec.ExplainedVariance);
                json.WriteStartObject("seconds"u8);
                json.WriteNumber("load"u8, load);
                json.WriteNumber("fit"u8, fit);
                json.WriteEndObject();
                json.WriteEndObject();
            });
        }
        else
        {
            Console.Output.WriteLine($"codec  {output}");
            Console.Output.WriteLine(
                $"{masks.Count} masks of {options.Size}x{options.Size} as {options.Dimension} numbers, "
                + $"{100 * codec.ExplainedVariance:0.0} % of their variance; {load:0.0} s to read, {fit:0.0} s to fit");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
